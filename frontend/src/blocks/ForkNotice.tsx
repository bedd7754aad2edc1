import { GitFork } from 'lucide-react';
import { words } from '../words';
import styles from './ForkNotice.module.css';

/** Marks the point up to which the chat was copied from another one. */
export function ForkNotice() {
  return (
    <p className={styles.notice}>
      <GitFork size={16} aria-hidden />
      {words.outcomes.forked}
    </p>
  );
}
