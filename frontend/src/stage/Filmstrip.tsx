import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useChatView } from '../blocks/ChatContext';
import { describeStep, sentence } from '../tools/describe';
import { StepScreenshot } from '../blocks/steps/StepScreenshot';
import type { Step } from '../timeline/types';
import { words } from '../words';
import styles from './Filmstrip.module.css';

/** A thumbnail a step, the newest at the right. Clicking, dragging and the arrow keys go through the moments. */
export function Filmstrip({ steps }: { steps: Step[] }) {
  const { moment, showMoment } = useChatView();
  const strip = useRef<HTMLDivElement>(null);
  const dragging = useRef(false);

  const count = steps.length;
  useEffect(() => {
    if (moment === null) strip.current?.scrollTo({ left: strip.current.scrollWidth });
    else strip.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [moment, count]);

  if (count === 0) return null;

  const moments = [...steps.map((step) => step.call.call_id), null];
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = moments[Math.max(0, Math.min(moments.length - 1, moments.indexOf(moment) + by))];
    if (next === undefined) return;
    showMoment(next);
    strip.current?.querySelector<HTMLElement>(next === null ? '[data-live]' : `[data-call="${CSS.escape(next)}"]`)?.focus();
  };
  const scrub = (event: PointerEvent) => {
    if (!dragging.current) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('[data-moment]');
    if (!over || !strip.current?.contains(over)) return;
    const next = over.dataset.call ?? null;
    if (next !== moment) showMoment(next);
  };

  return (
    <div
      ref={strip}
      className={styles.strip}
      role="toolbar"
      aria-label={words.stage.filmstrip}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => (dragging.current = event.pointerType === 'mouse')}
      onPointerMove={scrub}
      onPointerUp={() => (dragging.current = false)}
      onPointerLeave={() => (dragging.current = false)}
    >
      {steps.map((step) => {
        const chosen = moment === step.call.call_id;
        return (
          <button
            key={step.call.call_id}
            type="button"
            className={styles.frame}
            data-moment
            data-call={step.call.call_id}
            aria-pressed={chosen}
            aria-label={sentence(describeStep(step))}
            title={sentence(describeStep(step))}
            tabIndex={chosen ? 0 : -1}
            onClick={() => showMoment(step.call.call_id)}
          >
            <StepScreenshot step={step} className={styles.screenshot!} />
          </button>
        );
      })}
      <button
        type="button"
        className={`${styles.frame} ${styles.live}`}
        data-moment
        data-live
        aria-pressed={moment === null}
        tabIndex={moment === null ? 0 : -1}
        onClick={() => showMoment(null)}
      >
        {words.stage.live}
      </button>
    </div>
  );
}
