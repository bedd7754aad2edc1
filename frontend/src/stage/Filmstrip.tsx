import { memo, useEffect, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useChatView, useSelectedStep } from '../blocks/ChatContext';
import { countStyle, stepChunks } from '../blocks/chunks';
import { StepScreenshot } from '../blocks/steps/StepScreenshot';
import type { Step } from '../timeline/types';
import { describeStep, sentence } from '../tools/describe';
import { words } from '../words';
import styles from './Filmstrip.module.css';

/** One thumbnail per step, the newest at the right. They are chosen by clicking, by dragging and with the arrow keys. */
export const Filmstrip = memo(function Filmstrip({ steps }: { steps: Step[] }) {
  const { selectStep } = useChatView();
  const selectedStep = useSelectedStep();
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
      {stepChunks(steps).map((chunk, nth) => (
        <div key={nth} className={styles.chunk} style={countStyle(chunk.length)}>
          {chunk.map((step) => (
            <Frame key={step.call.call_id} step={step} chosen={step.call.call_id === selectedStep} />
          ))}
        </div>
      ))}
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
});

const Frame = memo(function Frame({ step, chosen }: { step: Step; chosen: boolean }) {
  const { selectStep } = useChatView();
  const label = sentence(describeStep(step));
  const callId = step.call.call_id;
  return (
    <button
      type="button"
      className={styles.frame}
      data-frame
      data-call={callId}
      aria-pressed={chosen}
      aria-label={label}
      title={label}
      tabIndex={chosen ? 0 : -1}
      onClick={() => selectStep(callId)}
    >
      <StepScreenshot step={step} className={styles.screenshot!} />
    </button>
  );
});
