import { RUN_CODES } from '../api/codes';
import { isActive } from '../api/runState';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { useConversationActions } from './ConversationActions';
import { useChatView } from './ChatContext';
import { isPreempted, isWithdrawn, stepsIn } from '../timeline/selectors';
import type { Block } from '../timeline/types';
import styles from './RunEnd.module.css';

/** How a request stands when nothing happens in it: why, what it means, and the button that goes on. */
export function RunEnd({ block, last }: { block: Block; last: boolean }) {
  return (
    <>
      <Outcome block={block} last={last} />
      <UsedUp block={block} />
    </>
  );
}

function Outcome({ block, last }: { block: Block; last: boolean }) {
  const { name } = useChatView();
  const { send, resume, stop, transition, lastMessageId } = useConversationActions();
  const { message } = block;
  switch (block.state) {
    case 'paused':
      if (isPreempted(block)) return <p className={styles.quiet}>{words.runEnds.preempted(name)}</p>;
      return (
        <Notice
          variant="attention"
          title={words.runEnds.pausedTitle}
          action={
            <>
              <Button size="small" variant="accent" disabled={transition === 'resuming'} onClick={resume}>
                {transition === 'resuming' ? words.composer.resuming : words.runEnds.resume}
              </Button>
              <Button size="small" onClick={stop}>
                {words.runEnds.stop}
              </Button>
            </>
          }
        >
          {words.runEnds.pausedBody(name)}
        </Notice>
      );
    case 'failed':
      return (
        <Notice
          title={words.runEnds.failedTitle}
          action={
            last &&
            message && (
              <Button size="small" onClick={() => send(message.text, message.files)}>
                {words.runEnds.retry}
              </Button>
            )
          }
        >
          {block.note ?? words.runEnds.failedBody}
        </Notice>
      );
    case 'limit_reached':
      return (
        <Notice
          variant="attention"
          title={words.runEnds.limitTitle}
          action={last && <Button size="small" onClick={() => send(words.runEnds.goOnPrompt)}>{words.runEnds.goOn}</Button>}
        >
          {block.note ?? words.runEnds.limitBody(name)}
        </Notice>
      );
    case 'cancelled':
      if (block.code === RUN_CODES.superseded) return <p className={styles.quiet}>{words.runEnds.messageInstead}</p>;
      if (block.code === RUN_CODES.forked) {
        const again = last && message?.id === lastMessageId && message;
        return (
          <div className={styles.forked}>
            <p className={styles.quiet}>{words.runEnds.forked}</p>
            {again && (
              <Button size="small" onClick={() => send(again.text, again.files, again.id)}>
                {words.runEnds.runAgain}
              </Button>
            )}
          </div>
        );
      }
      return isWithdrawn(block) || block.replaced ? null : <p className={styles.quiet}>{words.runEnds.cancelled}</p>;
    default:
      return null;
  }
}

/** "12 steps · 34 s · $0.08": time at work, without the waiting for a person. */
function UsedUp({ block }: { block: Block }) {
  if (isActive(block.state) || block.state === null) return null;
  const steps = stepsIn(block).filter((step) => step.state === 'done' || step.state === 'failed');
  const { modelMs, microdollars, tokens } = block.usage;
  if (steps.length === 0 && tokens === 0) return null;
  const time = modelMs + steps.reduce((sum, step) => sum + step.elapsedMs, 0);
  const money = microdollars ? words.runEnds.money(microdollars) : '';
  return (
    <p className={styles.used} title={tokens > 0 ? words.runEnds.tokens(tokens) : undefined}>
      {words.runEnds.usage(steps.length, time > 0 ? words.time.seconds(time) : '', money)}
    </p>
  );
}
