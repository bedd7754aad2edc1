import type { ComponentProps, ReactNode } from 'react';
import styles from './Chip.module.css';

interface Props extends ComponentProps<'button'> {
  /** Its accessible name and its tooltip. */
  label: string;
  icon: ReactNode;
  /** `strong` draws attention, `trouble` says that something is wrong. */
  tone?: 'quiet' | 'strong' | 'trouble';
  /** Whether a narrow composer shows only the icon. */
  shrinks?: boolean;
}

/** A small button of the composer that shows a setting of the chat, and opens its choices. */
export function Chip({ label, icon, tone = 'quiet', shrinks, title = label, children, ...rest }: Props) {
  return (
    <button type="button" aria-label={label} title={title} data-shrinks={shrinks} {...rest} className={`${styles.chip} ${styles[tone]}`}>
      {icon}
      <span>{children}</span>
    </button>
  );
}
