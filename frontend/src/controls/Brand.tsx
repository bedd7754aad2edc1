import styles from './Brand.module.css';

/** The logo. */
export function Brand({ size = 24 }: { size?: number }) {
  return (
    <svg className={styles.brand} width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="9" />
      <path d="M11 8.6v13.1c0 .8.95 1.2 1.5.62l3-3.1 2.1 4.75c.2.47.75.68 1.22.47l1.05-.47c.46-.2.67-.75.46-1.22l-2.06-4.68h4.2c.8 0 1.2-.96.63-1.52L12.5 7.98c-.55-.55-1.5-.16-1.5.62z" />
    </svg>
  );
}
