import { FileDown } from 'lucide-react';
import { memo, useState } from 'react';
import { paths } from '../api/paths';
import { isActive } from '../api/runState';
import type { ScreenshotRef, StoredFile } from '../api/types';
import { Button } from '../controls/Button';
import { useNow } from '../controls/useNow';
import { waitingFor } from '../timeline/selectors';
import type { AssistantText, Block, Item, LiveTurn, Retry } from '../timeline/types';
import { words } from '../words';
import { WaitingCard } from './cards/WaitingCard';
import { countStyle, itemChunks } from './chunks';
import { ClosedQuestion } from './ClosedQuestion';
import { useConversationActions } from './ConversationActions';
import { PersonMessageView } from './message/MessageBubble';
import { MessageMenu } from './message/MessageMenu';
import { NoticeView } from './NoticeView';
import { Prose } from './prose/Prose';
import { RunEnd } from './RunEnd';
import { ActivityView, ThoughtRow } from './steps/ActivityView';
import { TakeoverView } from './takeover/TakeoverView';
import styles from './BlockView.module.css';

interface Props {
  block: Block;
  live: LiveTurn | null;
  /** The latest screenshot of the chat, if the block waits for the person. */
  lastScreenshot: ScreenshotRef | null;
  /** Whether another run is active, so that this one waits. */
  waits: boolean;
  last: boolean;
  /** Whether some of its steps are not loaded. */
  cut?: boolean;
}

/** One message of the person with everything its run did. Only what an event changes of it is rendered again. */
export const BlockView = memo(function BlockView({ block, live, lastScreenshot, waits, last, cut = false }: Props) {
  const { earlier } = useConversationActions();
  const active = isActive(block.state);
  const queued = block.state === 'queued' && waits;
  const waiting = waitingFor(block);
  const working = active && !queued && !waiting && block.state !== 'paused';
  return (
    <section className={styles.block}>
      {block.message && <PersonMessageView block={block} message={block.message} waits={waits} />}
      {cut && block.items.length > 0 && (
        <div className={styles.cut}>
          {words.conversation.cut}
          <Button size="small" disabled={earlier.loading} onClick={earlier.load}>
            {words.conversation.earlier}
          </Button>
        </div>
      )}
      {itemChunks(block.items).map(([key, items]) => (
        <div key={key} className={styles.chunk} style={countStyle(items.length)}>
          {items.map((item) => (
            <ItemView
              key={item.key}
              item={item}
              counts={!block.replaced}
              current={active && item === block.items.at(-1)}
              open={item === waiting}
            />
          ))}
        </div>
      ))}
      {waiting && block.runId && !block.replaced && (
        <WaitingCard block={block} runId={block.runId} waiting={waiting} lastScreenshot={lastScreenshot} />
      )}
      {working && <LiveView block={block} live={live} />}
      {block.files.length > 0 && <SavedFiles files={block.files} />}
      <RunEnd block={block} last={last} cut={cut} />
    </section>
  );
});

interface ItemProps {
  item: Item;
  /** Whether the model reads it, so that the chat can be forked there. */
  counts: boolean;
  current: boolean;
  /** Whether the card below asks this question. */
  open: boolean;
}

const ItemView = memo(function ItemView({ item, counts, current, open }: ItemProps) {
  switch (item.kind) {
    case 'text':
      return <AssistantTextView item={item} counts={counts} />;
    case 'question':
      return open ? null : <ClosedQuestion question={item} />;
    case 'activity':
      return <ActivityView activity={item} current={current} />;
    case 'takeover':
      return <TakeoverView takeover={item} />;
    case 'notice':
      return <NoticeView notice={item} />;
  }
});

function AssistantTextView({ item, counts }: { item: AssistantText; counts: boolean }) {
  return (
    <div className={styles.text}>
      <Prose text={item.text} />
      <MessageMenu text={item.text} messageId={counts ? item.messageId : null} />
    </div>
  );
}

/** The live turn. Screen readers announce the whole turn once it is complete, not each delta. */
function LiveView({ block, live }: { block: Block; live: LiveTurn | null }) {
  const { transition } = useConversationActions();
  const stepRuns = block.items.some(
    (item) => item.kind === 'activity' && item.items.some((entry) => entry.kind === 'step' && entry.state === 'running'),
  );
  const pausing = transition === 'pausing';
  return (
    <div aria-live="off" className={styles.live}>
      {live?.thinking && live.text && <ThoughtRow thought={{ text: live.thinking, durationMs: null }} />}
      {live?.text && <Prose text={live.text} />}
      {(pausing || live?.retrying || (!live?.text && !stepRuns)) && (
        <p className={styles.status}>
          <span className={styles.pulse} aria-hidden />
          {pausing ? words.steps.pausingNow : <Status block={block} live={live} />}
        </p>
      )}
    </div>
  );
}

function Status({ block, live }: { block: Block; live: LiveTurn | null }) {
  if (live?.retrying) return <RetryStatus key={live.retrying.attempt} retry={live.retrying} />;
  if (live?.thinking) return words.steps.thinking;
  return block.started ? <WorkingStatus /> : words.steps.starting;
}

/** From this many milliseconds on a wait is said to be for the model: one on a person's own machine may read for minutes. */
const READING_AFTER_MS = 10_000;

/** The model has been asked, and nothing of its answer has come yet. */
function WorkingStatus() {
  const now = useNow(1000);
  const [since] = useState(now);
  return now - since < READING_AFTER_MS ? words.steps.working : words.steps.reading;
}

/** Why the request to the model is retried, and when. */
function RetryStatus({ retry: { reason, delayMs } }: { retry: Retry }) {
  const now = useNow(1000);
  const [due] = useState(() => now + delayMs);
  return words.steps.retrying(reason, Math.ceil((due - now) / 1000));
}

function SavedFiles({ files }: { files: StoredFile[] }) {
  return (
    <ul className={styles.files} aria-label={words.files.savedFiles}>
      {files.map((file) => (
        <li key={file.id}>
          <a className={styles.file} href={paths.fileContent(file.id)} download={file.name}>
            <FileDown size={16} aria-hidden />
            <span className="visually-hidden">{words.files.download} </span>
            <span className={styles.fileName}>{file.name}</span>
            <span className={styles.fileSize}>{words.bytes(file.size)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
