import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { PagePath } from './pages';
import styles from './Button.module.css';

interface Props {
  to: PagePath;
  variant?: 'plain' | 'accent';
  size?: 'normal' | 'small';
  icon?: ReactNode;
  children: ReactNode;
}

/** A link to a page that looks like a button. */
export function LinkButton({ to, variant = 'plain', size = 'normal', icon, children }: Props) {
  return (
    <Link to={to} className={`${styles.button} ${styles.link} ${styles[variant]} ${styles[size]}`}>
      {icon}
      {children}
    </Link>
  );
}
