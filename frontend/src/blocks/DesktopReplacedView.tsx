import { MonitorX } from 'lucide-react';
import { words } from '../words';
import styles from './DesktopReplacedView.module.css';

/** Marks the point from which on the desktop is a restarted one. */
export function DesktopReplacedView({ why }: { why: string }) {
  return (
    <p className={styles.row}>
      <MonitorX size={16} className={styles.icon} aria-hidden />
      <span>
        {words.steps.desktopReplaced} <span className={styles.why}>{why}</span>
      </span>
    </p>
  );
}
