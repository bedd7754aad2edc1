import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import styles from './Notice.module.css';

interface Props {
  variant?: 'error' | 'attention';
  title?: string;
  children: ReactNode;
  action?: ReactNode;
}

/** A message about a problem; `action` is the button that solves it. */
export function Notice({ variant = 'error', title, children, action }: Props) {
  return (
    <div role="alert" className={`${styles.notice} ${styles[variant]}`}>
      <TriangleAlert size={16} aria-hidden />
      <div className={styles.words}>
        {title && <strong>{title}</strong>}
        <div>{children}</div>
        {action && <div className={styles.action}>{action}</div>}
      </div>
    </div>
  );
}
