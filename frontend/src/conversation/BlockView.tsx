import { FileDown, Paperclip } from 'lucide-react';
import { paths } from '../api/paths';
import type { AttachedFile, StoredFile } from '../api/types';
import { words } from '../words';
import { ActivityView, ThoughtRow } from './ActivityView';
import { Prose } from './Prose';
import { RunEnd } from './RunEnd';
import { isActive, type Block, type LiveTurn } from './timeline';
import styles from './BlockView.module.css';

interface Props {
  block: Block;
  live: LiveTurn | null;
  /** Whether another request is being worked on, so that this one waits. */
  waits: boolean;
  last: boolean;
  onWithdraw: (runId: string) => void;
  onSend: (text: string) => void;
}

/** One request of the person and everything that came of it. */
export function BlockView({ block, live, waits, last, onWithdraw, onSend }: Props) {
  const active = isActive(block.state);
  const queued = block.state === 'queued' && waits;
  const { runId } = block;
  return (
    <section className={styles.block}>
      {block.message && (
        <PersonWords text={block.message.text} files={block.message.files}>
          {queued && runId && (
            <>
              {words.conversation.queued}
              <button type="button" className={styles.link} onClick={() => onWithdraw(runId)}>
                {words.conversation.withdraw}
              </button>
            </>
          )}
          {block.state === 'cancelled' && !block.begun && words.conversation.withdrawn}
        </PersonWords>
      )}
      {block.items.map((item, index) =>
        item.kind === 'spoken' ? (
          <Prose key={item.key} text={item.text} />
        ) : (
          <ActivityView key={item.key} activity={item} current={active && index === block.items.length - 1} />
        ),
      )}
      {active && !queued && <LiveView block={block} live={live} />}
      {block.files.length > 0 && <SavedFiles files={block.files} />}
      <RunEnd block={block} last={last} onSend={onSend} />
    </section>
  );
}

interface PersonProps {
  text: string;
  files: AttachedFile[];
  children?: React.ReactNode;
}

/** The person's words: a soft filled block at the right. Children stand below it. */
export function PersonWords({ text, files, children }: PersonProps) {
  return (
    <div className={styles.person}>
      <span className="visually-hidden">{words.conversation.you}</span>
      <div className={styles.bubble}>
        {text}
        {files.length > 0 && (
          <ul className={styles.attached}>
            {files.map((file) => (
              <li key={file.id}>
                <a href={paths.fileContent(file.id)} download={file.name}>
                  <Paperclip size={12} aria-hidden />
                  <span className="visually-hidden">{words.files.download} </span>
                  {file.name}
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className={styles.below}>{children}</div>
    </div>
  );
}

/** What streams in. Not announced letter by letter: the whole turn is, when it takes its place in the log. */
function LiveView({ block, live }: { block: Block; live: LiveTurn | null }) {
  const stepRuns = block.items.some(
    (item) => item.kind === 'activity' && item.items.some((entry) => entry.kind === 'step' && entry.state === 'running'),
  );
  return (
    <div aria-live="off" className={styles.live}>
      {live?.thinking && live.text && <ThoughtRow thought={{ text: live.thinking, durationMs: null }} />}
      {live?.text && <Prose text={live.text} />}
      {!live?.text && !stepRuns && (
        <p className={styles.status}>
          <span className={styles.pulse} aria-hidden />
          {statusOf(block, live)}
        </p>
      )}
    </div>
  );
}

function statusOf(block: Block, live: LiveTurn | null): string {
  if (live?.retrying) return words.conversation.retrying(live.retrying);
  if (live?.thinking) return words.conversation.thinking;
  return block.begun ? words.conversation.working : words.conversation.starting;
}

function SavedFiles({ files }: { files: StoredFile[] }) {
  return (
    <ul className={styles.files} aria-label={words.conversation.savedFiles}>
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
