import type { OneTimeLink as Link } from '../api/people';
import { Button } from '../controls/Button';
import { DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { useCopy } from '../controls/useCopy';
import { words } from '../words';
import { day } from './dates';
import styles from './admin.module.css';

/** A link that is shown once, to be passed on. `note` words how long it works. */
export function OneTimeLink({ link, note }: { link: Link; note: (until: string) => string }) {
  const { outcome, copy } = useCopy(link.url);
  return (
    <div className={styles.form}>
      <Field
        label={words.admin.link}
        value={link.url}
        hint={note(day(link.expires_at))}
        onFocus={(event) => event.target.select()}
        readOnly
        autoFocus
      />
      <p role="status" className={styles.quiet}>
        {outcome === 'failed' ? words.admin.copyFailed : ''}
      </p>
      <DialogActions>
        <Button variant="accent" onClick={copy}>
          {outcome === 'copied' ? words.admin.copied : words.admin.copy}
        </Button>
      </DialogActions>
    </div>
  );
}
