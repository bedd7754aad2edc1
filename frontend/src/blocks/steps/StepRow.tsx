import { Check, X } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import type { Approval, Step } from '../../timeline/types';
import { describeStep } from '../../tools/describe';
import { rendererOf } from '../../tools/registry';
import { words } from '../../words';
import { useChatView, useSelectedStep } from '../ChatContext';
import { useConversationActions } from '../ConversationActions';
import { Output } from './Output';
import { StepScreenshot } from './StepScreenshot';
import styles from './StepRow.module.css';

/** Why later steps were skipped. */
export type Blocker = 'failed' | 'denied' | null;

/** One step: icon, what was done, time taken, screenshot. A click shows the screenshot on the stage. */
export const StepRow = memo(function StepRow({ step, blocker = null }: { step: Step; blocker?: Blocker }) {
  const { hover } = useChatView();
  const { icon: Icon, verb, object, code } = describeStep(step);
  const content = (
    <>
      <Icon size={16} className={styles.icon} aria-hidden />
      <span className={styles.what}>
        {verb}
        {object && ' '}
        {object && (code ? <code>{object}</code> : <span className={styles.object}>{object}</span>)}
      </span>
      <StepTime step={step} />
      <StepScreenshot step={step} className={styles.thumbnail!} crop />
    </>
  );
  return (
    <li className={styles.step} data-state={step.state} onPointerEnter={() => hover(step)} onPointerLeave={() => hover(null)}>
      {step.screenshot ? (
        <StepButton callId={step.call.call_id}>{content}</StepButton>
      ) : (
        <div className={styles.row}>{content}</div>
      )}
      {step.approval && <DecisionLine approval={step.approval} state={step.state} />}
      <StepOutcome step={step} blocker={blocker} />
    </li>
  );
});

/** Apart from the row, so that choosing a step renders no row again. */
function StepButton({ callId, children }: { callId: string; children: ReactNode }) {
  const { selectStep } = useChatView();
  const selected = useSelectedStep() === callId;
  return (
    <button type="button" className={styles.row} aria-pressed={selected} onClick={() => selectStep(selected ? null : callId)}>
      {children}
      <span className="visually-hidden">{words.steps.showScreen}</span>
    </button>
  );
}

function StepTime({ step }: { step: Step }) {
  switch (step.state) {
    case 'waiting':
      return null;
    case 'running':
      return <span className={styles.running} title={words.steps.inProgress} />;
    case 'done':
    case 'failed':
      return <span className={styles.time}>{words.time.ms(step.elapsedMs)}</span>;
    default:
      return null;
  }
}

/** The decision on a step, in one line. */
function DecisionLine({ approval: { decision }, state }: { approval: Approval; state: Step['state'] }) {
  const { me } = useConversationActions();
  const text = words.approval;
  if (!decision) return <p className={styles.note}>{state === 'waiting' ? text.awaited : text.notGiven}</p>;
  const { approved, reason } = decision;
  const mine = decision.by === me;
  const outcome = approved ? (mine ? text.approvedByYou : text.approvedByOther) : mine ? text.deniedByYou : text.deniedByOther;
  return (
    <p className={styles.note}>
      {approved ? <Check size={13} aria-hidden /> : <X size={13} aria-hidden />}
      {reason ? text.because(outcome, reason) : outcome}
    </p>
  );
}

function StepOutcome({ step, blocker }: { step: Step; blocker: Blocker }) {
  const { hasOutput = false } = rendererOf(step.call.tool);
  switch (step.state) {
    case 'done':
      return hasOutput && step.text.trim() ? <Output text={step.text} /> : null;
    case 'failed':
      return hasOutput && step.text.includes('\n') ? (
        <Output text={step.text} />
      ) : (
        <p className={styles.problem}>{step.text || words.steps.failed}</p>
      );
    case 'not_executed':
      // The decision says why.
      return step.approval ? null : <p className={styles.note}>{whyNot(blocker)}</p>;
    case 'interrupted':
      return <p className={styles.note}>{words.steps.interrupted}</p>;
    default:
      return null;
  }
}

function whyNot(blocker: Blocker): string {
  if (blocker === 'denied') return words.steps.notAfterDenied;
  return blocker === 'failed' ? words.steps.notAfterFailed : words.steps.notReached;
}
