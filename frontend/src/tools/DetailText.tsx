import styles from './DetailText.module.css';

/** Text of a call, in full. */
export const DetailText = ({ text }: { text: string }) => (
  <pre className={styles.text} tabIndex={0}>
    {text}
  </pre>
);
