import { Link } from '@tanstack/react-router';
import { words } from '../words';
import styles from './DemoNote.module.css';

/** Below the composer: there is no AI, and how to get one. */
export function DemoNote() {
  return (
    <p className={styles.note}>
      {words.models.demo} <Link to="/settings/models">{words.models.add}</Link>
    </p>
  );
}
