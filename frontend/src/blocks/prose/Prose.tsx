import { lazy, Suspense } from 'react';
import styles from './Prose.module.css';

const Markdown = lazy(() => import('./Markdown'));

/** The assistant's words: plain text at full width. Until the Markdown code is here, as they came. */
export function Prose({ text }: { text: string }) {
  return (
    <div className={styles.prose}>
      <Suspense fallback={<p className={styles.raw}>{text}</p>}>
        <Markdown text={text} />
      </Suspense>
    </div>
  );
}
