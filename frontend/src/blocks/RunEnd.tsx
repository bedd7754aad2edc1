import { MODEL_SETTING_CODES, RUN_CODES } from '../api/codes';
import { isActive } from '../api/runState';
import { Button } from '../controls/Button';
import { LinkButton } from '../controls/LinkButton';
import { Notice } from '../controls/Notice';
import { isPreempted, isWithdrawn, stepsIn } from '../timeline/selectors';
import type { Block } from '../timeline/types';
import { words } from '../words';
import { useChatView } from './ChatContext';
import { useConversationActions } from './ConversationActions';
import styles from './RunEnd.module.css';

/** What the model is told, in the language of its instructions. */
const CONTINUE = 'Continue.';

/** How a run ended, or why it does not continue, with the button that continues it. */
export function RunEnd({ block, last, cut }: { block: Block; last: boolean; cut: boolean }) {
  return (
    <>
      <Outcome block={block} last={last} />
      {/* Its sums would lack what is not loaded. */}
      {!cut && <UsageLine block={block} />}
    </>
  );
}

function Outcome({ block, last }: { block: Block; last: boolean }) {
  const { name } = useChatView();
  const { send, resume, stop, transition, lastMessageId } = useConversationActions();
  const { message } = block;
  const bySettings = block.code !== null && MODEL_SETTING_CODES.includes(block.code);
  switch (block.state) {
    case 'paused':
      if (isPreempted(block)) return <p className={styles.quiet}>{words.outcomes.preempted(name)}</p>;
      return (
        <Notice
          variant="attention"
          title={words.outcomes.pausedTitle}
          action={
            <>
              <Button size="small" variant="accent" disabled={transition === 'resuming'} onClick={resume}>
                {transition === 'resuming' ? words.outcomes.resuming : words.outcomes.resume}
              </Button>
              <Button size="small" onClick={stop}>
                {words.outcomes.stop}
              </Button>
            </>
          }
        >
          {words.outcomes.pausedBody(name)}
        </Notice>
      );
    case 'failed':
      return (
        <Notice
          title={words.outcomes.failedTitle}
          action={
            last &&
            (message || bySettings) && (
              <>
                {message && (
                  <Button size="small" onClick={() => send(message.text, message.files)}>
                    {words.outcomes.retry}
                  </Button>
                )}
                {bySettings && (
                  <LinkButton size="small" to="/settings/models">
                    {words.models.openSettings}
                  </LinkButton>
                )}
              </>
            )
          }
        >
          {block.note ?? words.outcomes.failedBody}
        </Notice>
      );
    case 'limit_reached':
      return (
        <Notice
          variant="attention"
          title={words.outcomes.limitTitle}
          action={last && <Button size="small" onClick={() => send(CONTINUE)}>{words.outcomes.continue}</Button>}
        >
          {block.note ?? words.outcomes.limitBody(name)}
        </Notice>
      );
    case 'cancelled':
      if (block.code === RUN_CODES.superseded) return <p className={styles.quiet}>{words.outcomes.superseded}</p>;
      if (block.code === RUN_CODES.forked) {
        const again = last && message?.id === lastMessageId && message;
        return (
          <div className={styles.forked}>
            <p className={styles.quiet}>{words.outcomes.forked}</p>
            {again && (
              <Button size="small" onClick={() => send(again.text, again.files, again.id)}>
                {words.outcomes.runAgain}
              </Button>
            )}
          </div>
        );
      }
      return isWithdrawn(block) || block.replaced ? null : <p className={styles.quiet}>{words.outcomes.cancelled}</p>;
    default:
      return null;
  }
}

/** "12 steps · 34 s · $0.08". It counts the same steps as the groups above. The time does not include waiting for the person. */
function UsageLine({ block }: { block: Block }) {
  if (isActive(block.state) || block.state === null) return null;
  const steps = stepsIn(block);
  const { modelMs, microdollars, tokens } = block.usage;
  if (steps.length === 0 && tokens === 0) return null;
  const time = modelMs + steps.reduce((sum, step) => sum + step.elapsedMs, 0);
  const money = microdollars ? words.outcomes.money(microdollars) : '';
  return (
    <p className={styles.used} title={tokens > 0 ? words.outcomes.tokens(tokens) : undefined}>
      {words.outcomes.usage(steps.length, time > 0 ? words.time.ms(time) : '', money)}
    </p>
  );
}
