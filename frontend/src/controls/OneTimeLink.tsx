import { Button } from './Button';
import { DialogActions } from './Dialog';
import { Field } from './Field';
import styles from './OneTimeLink.module.css';
import { useCopy } from './useCopy';
import { words } from '../words';

interface Props {
  /** The address, which is shown only now. */
  url: string;
  /** How long it works, and for whom. */
  note: string;
}

/** A link to be passed on. */
export function OneTimeLink({ url, note }: Props) {
  const { outcome, copy } = useCopy(url);
  return (
    <div className={styles.link}>
      <Field label={words.link.label} value={url} hint={note} onFocus={(event) => event.target.select()} readOnly autoFocus />
      <p role="status" className={styles.status}>
        {outcome === 'failed' ? words.link.copyFailed : ''}
      </p>
      <DialogActions>
        <Button variant="accent" onClick={copy}>
          {outcome === 'copied' ? words.link.copied : words.link.copy}
        </Button>
      </DialogActions>
    </div>
  );
}
