import { Button } from '../controls/Button';
import { words } from '../words';
import styles from './admin.module.css';

/** The button that saves a form, and whether its change is saved. */
export function SaveBar({ change }: { change: { isPending: boolean; isSuccess: boolean } }) {
  return (
    <div className={styles.start}>
      <Button type="submit" disabled={change.isPending}>
        {change.isPending ? words.admin.saving : words.admin.save}
      </Button>
      <span className={styles.saved} role="status">
        {change.isSuccess ? words.admin.saved : ''}
      </span>
    </div>
  );
}
