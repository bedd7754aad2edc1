import { useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useChatView } from '../blocks/ChatContext';
import { StepScreenshot } from '../blocks/steps/StepScreenshot';
import type { Step } from '../timeline/types';
import { describeStep, sentence } from '../tools/describe';
import { words } from '../words';
import styles from './Filmstrip.module.css';

/** One thumbnail per step, the newest at the right. They are chosen by clicking, by dragging and with the arrow keys. */
export function Filmstrip({ steps }: { steps: Step[] }) {
  const { selectedStep, selectStep } = useChatView();
  const strip = useRef<HTMLDivElement>(null);
  const dragging = useRef(false);

  const count = steps.length;
  useEffect(() => {
    if (selectedStep === null) strip.current?.scrollTo({ left: strip.current.scrollWidth });
    else strip.current?.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [selectedStep, count]);

  if (count === 0) return null;

  const frames = [...steps.map((step) => step.call.call_id), null];
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = frames[Math.max(0, Math.min(frames.length - 1, frames.indexOf(selectedStep) + by))];
    if (next === undefined) return;
    selectStep(next);
    strip.current?.querySelector<HTMLElement>(next === null ? '[data-live]' : `[data-call="${CSS.escape(next)}"]`)?.focus();
  };
  const scrub = (event: PointerEvent) => {
    if (!dragging.current) return;
    const over = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('[data-frame]');
    if (!over || !strip.current?.contains(over)) return;
    const next = over.dataset.call ?? null;
    if (next !== selectedStep) selectStep(next);
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
        const chosen = selectedStep === step.call.call_id;
        return (
          <button
            key={step.call.call_id}
            type="button"
            className={styles.frame}
            data-frame
            data-call={step.call.call_id}
            aria-pressed={chosen}
            aria-label={sentence(describeStep(step))}
            title={sentence(describeStep(step))}
            tabIndex={chosen ? 0 : -1}
            onClick={() => selectStep(step.call.call_id)}
          >
            <StepScreenshot step={step} className={styles.screenshot!} />
          </button>
        );
      })}
      <button
        type="button"
        className={`${styles.frame} ${styles.live}`}
        data-frame
        data-live
        aria-pressed={selectedStep === null}
        tabIndex={selectedStep === null ? 0 : -1}
        onClick={() => selectStep(null)}
      >
        {words.stage.live}
      </button>
    </div>
  );
}
