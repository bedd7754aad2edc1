import { lazy, Suspense } from 'react';
import styles from './Prose.module.css';

const Markdown = lazy(() => import('./Markdown'));

/** Text of the assistant. It is shown as plain text until the Markdown code has loaded. */
export function Prose({ text }: { text: string }) {
  return (
    <div className={styles.prose}>
      <Suspense fallback={<p className={styles.raw}>{text}</p>}>
        <Markdown text={text} />
      </Suspense>
    </div>
  );
}
