import { useSuspenseQuery } from '@tanstack/react-query';
import { ArrowDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { explain } from '../api/client';
import type { useRunActions } from '../api/runs';
import { meQuery } from '../api/session';
import type { AttachedFile } from '../api/types';
import { PolicyChip } from '../approvals/PolicyChip';
import { focusWaitingCard } from '../blocks/cards/Card';
import { ConversationActionsContext, type ConversationActions, type Earlier } from '../blocks/ConversationActions';
import { Composer } from '../composer/Composer';
import { draftOf, writeDraft } from '../composer/drafts';
import type { PendingMessage } from '../composer/useSend';
import { Button } from '../controls/Button';
import { Delayed } from '../controls/Delayed';
import { More } from '../controls/More';
import { ChatLimitsDialog } from '../costs/ChatLimitsDialog';
import { CostEstimate } from '../costs/CostEstimate';
import { UnpricedNote, useUnpricedModel } from '../costs/UnpricedNote';
import { DemoNote } from '../models/DemoNote';
import { ModelPicker } from '../models/ModelPicker';
import type { ShownModel } from '../models/useChatModel';
import { activeBlock, hasCutSteps, isPreempted, lastMessage, waitingFor } from '../timeline/selectors';
import type { Block, Question, Step, Timeline } from '../timeline/types';
import { describeStep, sentence } from '../tools/describe';
import { words } from '../words';
import { Blocks } from './Blocks';
import { EmptyChat } from './EmptyChat';
import { PendingMessageView } from './PendingMessageView';
import { useFork } from './useFork';
import { useStickToEnd } from './useStickToEnd';
import styles from './Conversation.module.css';

interface Props {
  chatId: string;
  model: ShownModel;
  uploadLimit: number;
  timeline: Timeline;
  earlier: Earlier;
  /** Whether the connection to the server is lost. */
  offline: boolean;
  pending: PendingMessage[];
  escArmed: boolean;
  runs: ReturnType<typeof useRunActions>;
  onSend: (text: string, files?: AttachedFile[], replaces?: string) => void;
  onRetry: (message: PendingMessage) => void;
  onDiscard: (message: PendingMessage) => void;
  onStop: () => void;
  /** Called after files were dropped, wherever that was. */
  onDropped: () => void;
}

export function Conversation(props: Props) {
  const { chatId, model, timeline, earlier, offline, pending, escArmed, runs, onSend, onStop } = props;
  const { data: me } = useSuspenseQuery(meQuery);
  const unpriced = useUnpricedModel(chatId);
  const [limiting, setLimiting] = useState(false);
  const fork = useFork(chatId);
  const { area, content, atEnd, toEnd } = useStickToEnd(timeline.from);
  const active = activeBlock(timeline);
  const waiting = active && waitingFor(active);
  const empty = timeline.ready && timeline.blocks.length === 0 && pending.length === 0;
  const problem = runs.problem ?? fork.error ?? earlier.error;
  const { name, isDemo } = model;
  const run = runOf(active, runs, waiting !== null);

  const useExample = (prompt: string) => {
    writeDraft(chatId, prompt);
    document.getElementById('composer')?.focus();
  };
  const { cancel, pausing, resuming, resume } = runs;
  const { mutate: forkAt, reset: forgetFork } = fork;
  const lastMessageId = lastMessage(timeline)?.id ?? null;
  // Every message uses the actions, and a new object would render them all again.
  const actions = useMemo<ConversationActions>(
    () => ({
      me: me.id,
      lastMessageId,
      transition: pausing ? 'pausing' : resuming ? 'resuming' : null,
      send: (message, files, replaces) => {
        forgetFork();
        onSend(message, files, replaces);
        toEnd();
      },
      withdraw: ({ runId, message }) => {
        if (!runId) return;
        cancel(runId);
        // Its text goes back to the empty composer, to be changed and sent again.
        if (message && draftOf(chatId).trim() === '') writeDraft(chatId, message.text);
      },
      fork: forkAt,
      resume,
      stop: onStop,
      earlier,
    }),
    [chatId, me.id, lastMessageId, pausing, resuming, forkAt, forgetFork, cancel, resume, onSend, onStop, toEnd, earlier],
  );

  return (
    <ConversationActionsContext value={actions}>
      <div className={styles.conversation}>
        <div className={styles.middle}>
          <div ref={area} className={styles.area} tabIndex={0} role="log" aria-label={words.conversation.timeline}>
            <div ref={content} className={styles.content}>
              {!timeline.ready && (
                <Delayed>
                  <div className={styles.skeleton} role="status" aria-label={words.shell.loading} />
                </Delayed>
              )}
              {empty && <EmptyChat examples={model.examples} onExample={useExample} />}
              {timeline.from !== null && !hasCutSteps(timeline) && (
                <More label={words.conversation.earlier} loading={earlier.loading} onMore={earlier.load} />
              )}
              <Blocks timeline={timeline} active={active} />
              {pending.map((message) => (
                <PendingMessageView key={message.key} message={message} onRetry={props.onRetry} onDiscard={props.onDiscard} />
              ))}
            </div>
          </div>
          {!atEnd && (
            <Button
              size="small"
              className={`${styles.toEnd} ${waiting ? styles.toWaiting : ''}`}
              icon={<ArrowDown size={14} />}
              onClick={toEnd}
            >
              {waiting ? words.conversation.toWaiting(name) : words.conversation.toEnd}
            </Button>
          )}
        </div>
        {/* Told at once, wherever the reader is. */}
        <p className="visually-hidden" role="alert">
          {waiting && announced(waiting, name)}
        </p>
        {offline && (
          <p className={styles.lost} role="status">
            {words.conversation.lost}
          </p>
        )}
        {problem && (
          <p className={styles.problem} role="alert">
            {explain(problem)}
          </p>
        )}
        <Composer
          chatId={chatId}
          name={name}
          isDemo={isDemo}
          sees={model.sees}
          uploadLimit={props.uploadLimit}
          run={run}
          followUp={timeline.blocks.length > 0}
          escArmed={escArmed}
          chips={
            <>
              <ModelPicker
                chatId={chatId}
                run={RUNS[run]}
                estimate={<CostEstimate chatId={chatId} />}
                onLimits={() => setLimiting(true)}
              />
              <PolicyChip chatId={chatId} />
            </>
          }
          refused={unpriced !== null}
          note={unpriced !== null ? <UnpricedNote model={unpriced} /> : isDemo && <DemoNote />}
          onSend={actions.send}
          onStop={onStop}
          onPause={runs.pause}
          onResume={runs.resume}
          onDropped={props.onDropped}
          onUp={focusWaitingCard}
        />
        {limiting && <ChatLimitsDialog chatId={chatId} onClose={() => setLimiting(false)} />}
      </div>
    </ConversationActionsContext>
  );
}

/** Whether the run keeps its model until it ends, by its state in the composer. */
const RUNS = {
  none: null,
  queued: 'waits',
  working: 'works',
  pausing: 'works',
  paused: 'waits',
  resuming: 'works',
  preempted: 'waits',
  waiting: 'waits',
} as const;

const announced = (waiting: Step | Question, name: string): string =>
  waiting.kind === 'question'
    ? words.question.announced(name, waiting.text)
    : words.approval.announced(name, sentence(describeStep(waiting)));

function runOf(active: Block | null, { pausing, resuming }: Props['runs'], waiting: boolean) {
  if (!active) return 'none';
  if (waiting) return 'waiting';
  if (isPreempted(active)) return 'preempted';
  if (active.state === 'paused') return resuming ? 'resuming' : 'paused';
  if (active.state === 'running') return pausing ? 'pausing' : 'working';
  return 'queued';
}
