import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { paths } from '../../api/paths';
import type { NewDecision, ScreenshotRef } from '../../api/types';
import { Button } from '../../controls/Button';
import { inComposition, keepComposing } from '../../controls/composition';
import type { Approval, Step } from '../../timeline/types';
import { describeStep, requestOf, target } from '../../tools/describe';
import { rendererOf } from '../../tools/registry';
import { words } from '../../words';
import { useChatView } from '../ChatContext';
import { Card, focusConversation } from './Card';
import { ScreenCrop } from './ScreenCrop';
import styles from './ApprovalCard.module.css';

interface Props {
  step: Step;
  approval: Approval;
  /** The latest screenshot of the chat. */
  lastScreenshot: ScreenshotRef | null;
  /** The number of calls that wait behind this one. */
  behind: number;
  deciding: boolean;
  problem: string | null;
  onDecide: (decision: NewDecision) => void;
  /** Approves, and stops asking before such calls in this chat. */
  onAlways: (decision: NewDecision) => void;
}

/** A call that needs approval: what, where and why, with the buttons to decide. */
export function ApprovalCard({ step, approval, lastScreenshot, behind, deciding, problem, onDecide, onAlways }: Props) {
  const { chatId, name, screen } = useChatView();
  const id = useId();
  const [denying, setDenying] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const { tool, call_id } = step.call;
  const renderer = rendererOf(tool);
  const { verb, object, code } = describeStep(step);
  const at = target(step);
  const size = screen ?? lastScreenshot?.size;
  const effects = approval.effects.map((effect) => words.approval.effects[effect]);
  const subject = { call_id, arguments_sha256: approval.argumentsSha256 };

  const decide = (submit: (decision: NewDecision) => void, decision: NewDecision) => {
    if (deciding) return;
    if (body.current) focusConversation(body.current);
    submit(decision);
  };
  const approve = () => decide(onDecide, { ...subject, verdict: 'approve' });
  const always = () => decide(onAlways, { ...subject, verdict: 'approve' });
  const deny = (reason: string) => decide(onDecide, { ...subject, verdict: 'deny', reason });

  return (
    <Card labelledBy={`${id}-title`} onEnter={denying ? undefined : approve}>
      <div ref={body} className={styles.body}>
        <h3 id={`${id}-title`} className={styles.title}>
          {words.approval.title(name, requestOf(step))}
        </h3>
        {!renderer.detailSaysAll?.(tool) && (
          <p className={styles.what}>
            {verb} {object && (code ? <code>{object}</code> : <span>{object}</span>)}
          </p>
        )}
        {renderer.detail?.(tool)}
        {at && lastScreenshot && size && (
          <ScreenCrop src={paths.screenshot(chatId, lastScreenshot.sha256)} screen={size} at={at} label={words.approval.where} />
        )}
        <p className={styles.why}>
          {approval.reason === null ? words.approval.whyPolicy : words.approval.whyVendor(approval.reason)}{' '}
          {behind > 0 && words.approval.then(behind)}
        </p>
        {problem && (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        {denying ? (
          <DenyForm deciding={deciding} onDeny={deny} onBack={() => setDenying(false)} />
        ) : (
          <div className={styles.buttons}>
            <Button variant="accent" disabled={deciding} onClick={approve}>
              {words.approval.approve}
            </Button>
            <Button disabled={deciding} onClick={() => setDenying(true)}>
              {words.approval.deny}
            </Button>
            {/* A setting of ours cannot lift a confirmation that the model's provider requires. */}
            {approval.reason === null && (
              <Button
                variant="quiet"
                disabled={deciding}
                title={words.approval.allowHint(effects)}
                onClick={always}
              >
                {words.approval.allow}
              </Button>
            )}
          </div>
        )}
      </div>
    </Card>
  );
}

interface DenyProps {
  deciding: boolean;
  onDeny: (reason: string) => void;
  onBack: () => void;
}

function DenyForm({ deciding, onDeny, onBack }: DenyProps) {
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLInputElement>(null);
  // The form is higher than the buttons were.
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onDeny(field.current?.value.trim() ?? '');
  };
  return (
    <form
      ref={form}
      className={styles.deny}
      onSubmit={submit}
      onKeyDown={(event) => {
        keepComposing(event);
        if (event.key !== 'Escape' || inComposition(event)) return;
        // Esc closes the form; it must not count towards stopping the run.
        event.preventDefault();
        onBack();
      }}
    >
      <label htmlFor={id}>{words.approval.denyLabel}</label>
      <input ref={field} id={id} autoFocus maxLength={20_000} autoComplete="off" />
      <div className={styles.buttons}>
        <Button type="submit" disabled={deciding}>
          {words.approval.denySend}
        </Button>
        <Button variant="quiet" onClick={onBack}>
          {words.approval.back}
        </Button>
      </div>
    </form>
  );
}
