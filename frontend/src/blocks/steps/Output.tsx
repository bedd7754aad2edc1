import { useState } from 'react';
import { words } from '../../words';
import styles from './Output.module.css';

const PREVIEW_LINES = 6;

/** The output of a command: its first lines, and the rest on demand. */
export function Output({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  const lines = text.replace(/\s+$/, '').split('\n');
  const shown = open ? lines : lines.slice(0, PREVIEW_LINES);
  return (
    <div className={styles.output}>
      <pre tabIndex={0}>{shown.join('\n')}</pre>
      {lines.length > PREVIEW_LINES && (
        <button type="button" className={styles.more} aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? words.steps.fewerLines : words.steps.moreLines(lines.length)}
        </button>
      )}
    </div>
  );
}
