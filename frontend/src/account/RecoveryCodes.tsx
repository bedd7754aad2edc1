import { useSuspenseQuery } from '@tanstack/react-query';
import { meQuery } from '../api/session';
import { Button } from '../controls/Button';
import { DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { useCopy } from '../controls/useCopy';
import { words } from '../words';
import styles from './RecoveryCodes.module.css';

/** Recovery codes, which are shown once. */
export function RecoveryCodes({ codes, onSaved }: { codes: string[]; onSaved: () => void }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { outcome, copy } = useCopy(codes.join('\n'));
  const download = () => save([words.twoStep.fileTitle(me.username, location.origin), '', ...codes, ''].join('\n'));
  return (
    <>
      <ul className={styles.codes} aria-label={words.twoStep.codesTitle}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className={styles.keep}>
        <Button onClick={copy}>{outcome === 'copied' ? words.twoStep.copied : words.twoStep.copy}</Button>
        <Button onClick={download}>{words.twoStep.download}</Button>
      </div>
      {outcome === 'failed' && <Notice>{words.twoStep.copyFailed}</Notice>}
      <DialogActions>
        <Button variant="accent" onClick={onSaved}>
          {words.twoStep.saved}
        </Button>
      </DialogActions>
    </>
  );
}

/** Saves a text as a file, as the browser saves downloads. */
function save(text: string) {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = words.twoStep.fileName;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url));
}
