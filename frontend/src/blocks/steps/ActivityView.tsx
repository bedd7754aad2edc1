import { Brain, ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import type { Activity, Step, Thought } from '../../timeline/types';
import { words } from '../../words';
import { countStyle, stepChunks } from '../chunks';
import { StepRow, type Blocker } from './StepRow';
import styles from './ActivityView.module.css';

/** A group of steps and thoughts: expanded while it runs, collapsed afterwards, unless the person chose otherwise. */
export function ActivityView({ activity, current }: { activity: Activity; current: boolean }) {
  const id = useId();
  const [choice, setChoice] = useState<boolean | null>(null);
  const steps = activity.items.filter((item) => item.kind === 'step');
  const only = activity.items.length === 1 ? activity.items[0] : undefined;

  if (only?.kind === 'thought') return <ThoughtRow thought={only} />;
  const open = choice ?? current;
  const list = (
    <div id={id} className={only ? undefined : styles.list}>
      {stepChunks(activity.items).map((items, nth, { length }) => (
        <ul key={nth} className={length > 1 ? styles.chunk : undefined} style={countStyle(items.length)}>
          {items.map((item) =>
            item.kind === 'step' ? (
              <StepRow key={item.call.call_id} step={item} blocker={item.state === 'not_executed' ? blockerOf(steps, item) : null} />
            ) : (
              <li key={item.key} className={styles.thoughtItem}>
                <ThoughtRow thought={item} />
              </li>
            ),
          )}
        </ul>
      ))}
    </div>
  );
  if (only) return list;

  const time = steps.reduce((sum, step) => sum + step.elapsedMs, 0);
  const failed = steps.filter((step) => step.state === 'failed').length;
  const denied = steps.filter(isDenied).length;
  return (
    <div>
      <button type="button" className={styles.header} aria-expanded={open} aria-controls={id} onClick={() => setChoice(!open)}>
        <ChevronRight size={16} className={styles.chevron} aria-hidden />
        {words.steps.count(steps.length, time > 0 ? words.time.ms(time) : '')}
        {failed > 0 && <span className={styles.failed}>{words.steps.failedCount(failed)}</span>}
        {denied > 0 && <span>{words.approval.denied(denied)}</span>}
      </button>
      {open && list}
    </div>
  );
}

const isDenied = (step: Step) => step.approval?.decision?.approved === false;

/** Why a step was skipped: the last step before it that was denied or failed. */
function blockerOf(steps: Step[], step: Step): Blocker {
  const before = steps.slice(0, steps.indexOf(step)).findLast((one) => isDenied(one) || one.state !== 'not_executed');
  if (!before) return null;
  if (isDenied(before)) return 'denied';
  return before.state === 'failed' ? 'failed' : null;
}

export function ThoughtRow({ thought }: { thought: Pick<Thought, 'text' | 'durationMs'> }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const { thought: unknown, thoughtFor } = words.steps;
  return (
    <div>
      <button type="button" className={styles.header} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Brain size={16} aria-hidden />
        {thought.durationMs === null ? unknown : thoughtFor(words.time.seconds(thought.durationMs))}
        <ChevronRight size={14} className={styles.chevron} aria-hidden />
      </button>
      {open && (
        <p id={id} className={styles.thought}>
          {thought.text}
        </p>
      )}
    </div>
  );
}
