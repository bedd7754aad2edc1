import type { ComponentProps, ReactNode } from 'react';
import styles from './Button.module.css';

interface Props extends ComponentProps<'button'> {
  variant?: 'plain' | 'quiet' | 'accent' | 'danger';
  size?: 'normal' | 'small';
  icon?: ReactNode;
}

export function Button({ variant = 'plain', size = 'normal', icon, children, className = '', ...rest }: Props) {
  return (
    <button type="button" {...rest} className={`${styles.button} ${styles[variant]} ${styles[size]} ${className}`}>
      {icon}
      {children}
    </button>
  );
}

interface IconProps extends ComponentProps<'button'> {
  label: string;
  variant?: 'quiet' | 'accent';
}

/** A button that is only an icon. Its label is its accessible name and its tooltip. */
export function IconButton({ label, variant = 'quiet', className = '', ...rest }: IconProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`${styles.button} ${styles.icon} ${styles[variant]} ${className}`}
    />
  );
}
