import { ArrowDown } from 'lucide-react';
import { useState } from 'react';
import type { AttachedFile, Config } from '../api/types';
import { Button } from '../controls/Button';
import { Later } from '../controls/Later';
import { words } from '../words';
import { BlockView, PersonWords } from './BlockView';
import { Composer } from './Composer';
import { EmptyChat } from './EmptyChat';
import type { Connection } from './eventStream';
import { activeBlock, type Timeline } from './timeline';
import { useStickToEnd } from './useStickToEnd';
import type { PendingMessage } from './useSend';
import styles from './Conversation.module.css';

interface Props {
  chatId: string;
  config: Config;
  timeline: Timeline;
  connection: Connection;
  pending: PendingMessage[];
  escArmed: boolean;
  /** Why stopping did not work. */
  problem: string | null;
  onSend: (text: string, files?: AttachedFile[]) => void;
  onRetry: (message: PendingMessage) => void;
  onDiscard: (message: PendingMessage) => void;
  onStop: () => void;
  onWithdraw: (runId: string) => void;
}

/** What is written but not sent stays while the page is open, chat by chat. */
const drafts = new Map<string, string>();

export function Conversation(props: Props) {
  const { chatId, config, timeline, connection, pending, escArmed, problem, onSend, onRetry, onDiscard, onStop, onWithdraw } = props;
  const [text, setText] = useState(() => drafts.get(chatId) ?? '');
  const { area, content, atEnd, toEnd } = useStickToEnd();
  const active = activeBlock(timeline);
  const empty = timeline.ready && timeline.blocks.length === 0 && pending.length === 0;

  const write = (next: string) => {
    drafts.set(chatId, next);
    setText(next);
  };
  const useExample = (prompt: string) => {
    write(prompt);
    document.getElementById('composer')?.focus();
  };
  const send = (message: string, files?: AttachedFile[]) => {
    onSend(message, files);
    toEnd();
  };

  return (
    <div className={styles.conversation}>
      <div className={styles.middle}>
        <div ref={area} className={styles.area} tabIndex={0} role="log" aria-label={words.conversation.log}>
          <div ref={content} className={styles.content}>
            {!timeline.ready && (
              <Later>
                <div className={styles.skeleton} role="status" aria-label={words.shell.loading} />
              </Later>
            )}
            {empty && <EmptyChat examples={config.example_prompts} onExample={useExample} />}
            {timeline.blocks.map((block, index) => (
              <BlockView
                key={block.key}
                block={block}
                live={timeline.live?.runId === block.runId ? timeline.live : null}
                waits={active !== null && active !== block}
                last={index === timeline.blocks.length - 1}
                onWithdraw={onWithdraw}
                onSend={send}
              />
            ))}
            {pending.map((message) => (
              <PersonWords key={message.key} text={message.text} files={message.files}>
                {message.error ? (
                  <span role="alert" className={styles.unsent}>
                    {words.conversation.notSent}: {message.error}{' '}
                    <button type="button" onClick={() => onRetry(message)}>
                      {words.errors.retry}
                    </button>{' '}
                    <button type="button" onClick={() => onDiscard(message)}>
                      {words.conversation.withdraw}
                    </button>
                  </span>
                ) : (
                  <Later after={600}>{words.conversation.sending}</Later>
                )}
              </PersonWords>
            ))}
          </div>
        </div>
        {!atEnd && (
          <Button size="small" className={styles.toEnd} icon={<ArrowDown size={14} />} onClick={toEnd}>
            {words.conversation.toEnd}
          </Button>
        )}
      </div>
      {connection === 'lost' && (
        <Later after={1500}>
          <p className={styles.lost} role="status">
            {words.conversation.lost}
          </p>
        </Later>
      )}
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <Composer
        config={config}
        text={text}
        onText={write}
        running={active !== null}
        followUp={timeline.blocks.length > 0}
        escArmed={escArmed}
        onSend={send}
        onStop={onStop}
      />
    </div>
  );
}
