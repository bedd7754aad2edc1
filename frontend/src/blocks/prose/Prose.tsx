import { lazy, Suspense } from 'react';
import { loadPart } from '../../loading/loadPart';
import styles from './Prose.module.css';

const Markdown = lazy(() => loadPart(() => import('./Markdown')).catch(() => ({ default: Raw })));

interface Props {
  text: string;
}

/** Text of the assistant. It is shown as plain text until the Markdown code has loaded. */
export function Prose({ text }: Props) {
  return (
    <div className={styles.prose}>
      <Suspense fallback={<Raw text={text} />}>
        <Markdown text={text} />
      </Suspense>
    </div>
  );
}

const Raw = ({ text }: Props) => <p className={styles.raw}>{text}</p>;
