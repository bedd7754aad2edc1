import { ChevronRight, Hand } from 'lucide-react';
import { useId, useState } from 'react';
import { paths } from '../../api/paths';
import type { Takeover } from '../../timeline/types';
import { words } from '../../words';
import { useChatView } from '../ChatContext';
import { describePersonStep } from './describePersonStep';
import styles from './TakeoverView.module.css';

/** What the person did while they controlled the desktop: one row that expands. */
export function TakeoverView({ takeover: { steps, leftOut, screenshot } }: { takeover: Takeover }) {
  const { chatId } = useChatView();
  const id = useId();
  const [open, setOpen] = useState(false);
  const text = words.takeover;
  const image = screenshot && (
    <img
      className={styles.screenshot}
      src={paths.screenshot(chatId, screenshot.sha256)}
      alt={text.screenAlt}
      loading="lazy"
      decoding="async"
    />
  );
  if (!steps?.length) {
    return (
      <p className={styles.row}>
        <Hand size={16} className={styles.icon} aria-hidden />
        <span className={styles.what}>
          {text.title} <span className={styles.more}>· {steps ? text.nothing : text.unknown}</span>
        </span>
        {image}
      </p>
    );
  }
  return (
    <div>
      <button type="button" className={styles.row} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Hand size={16} className={styles.icon} aria-hidden />
        <span className={styles.what}>
          {text.title} <span className={styles.more}>· {text.steps(steps.length + leftOut)}</span>
        </span>
        {image}
        <ChevronRight size={14} className={styles.chevron} aria-hidden />
      </button>
      {open && (
        <ul id={id} className={styles.steps}>
          {leftOut > 0 && <li>{text.leftOut(leftOut)}</li>}
          {steps.map((step, index) => (
            <li key={index}>{describePersonStep(step)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
