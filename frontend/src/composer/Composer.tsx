import { ArrowUp, Paperclip, Pause, Play, Square } from 'lucide-react';
import { useLayoutEffect, useRef, type ClipboardEvent, type KeyboardEvent, type ReactNode } from 'react';
import type { AttachedFile } from '../api/types';
import { IconButton } from '../controls/Button';
import { inComposition, isSend } from '../controls/composition';
import { words } from '../words';
import { AttachmentChips } from './AttachmentChips';
import { useDraft, writeDraft } from './drafts';
import { useDroppedFiles } from './fileDrop';
import { useAttachments } from './useAttachments';
import styles from './Composer.module.css';

export interface ComposerProps {
  chatId: string;
  /** How the assistant is called. */
  name: string;
  /** Whether the demo answers, which understands nothing but its commands. */
  isDemo: boolean;
  /** Whether messages would be refused: the draft stays until that has changed. */
  refused?: boolean;
  /** Whether the model sees pictures; null if that is not known. */
  sees: boolean | null;
  uploadLimit: number;
  /** The state of the active run, if there is one. While the field is empty, the Stop button takes the place of Send. */
  run: 'none' | 'queued' | 'working' | 'pausing' | 'paused' | 'resuming' | 'preempted' | 'waiting';
  followUp: boolean;
  /** Whether Esc was pressed once, so that another press stops the run. */
  escArmed: boolean;
  chips?: ReactNode;
  /** Shown below the field. */
  note?: ReactNode;
  onSend: (text: string, files: AttachedFile[]) => void;
  onStop: () => void;
  onPause: () => void;
  onResume: () => void;
  /** Called after files were dropped, which may happen while the composer is out of sight. */
  onDropped: () => void;
  /** Called for arrow up in the empty field. Returns whether it moved the focus. */
  onUp: () => boolean;
}

/** The message field, which alone follows the draft. Enter sends, Shift+Enter breaks the line; files can be pasted, and dropped anywhere on the page. */
export function Composer(props: ComposerProps) {
  const { chatId, uploadLimit, run, escArmed, onSend, onStop } = props;
  const text = useDraft(chatId);
  const write = (next: string) => writeDraft(chatId, next);
  const running = run !== 'none';
  const { attachments, files, uploading, add, remove, clear } = useAttachments(uploadLimit);
  const dropping = useDroppedFiles((dropped) => {
    add(dropped);
    props.onDropped();
  });
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const ready = text.trim() !== '' && !uploading && !props.refused;
  const unseen = props.sees === false && attachments.some(({ preview }) => preview !== null);
  const hint = hintOf(escArmed, uploading, text, files.length) || (unseen && words.composer.unseen);

  // Grows to ten lines; the stylesheet sets the limit.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const send = () => {
    if (!ready) return;
    onSend(text.trim(), files);
    write('');
    clear();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowUp' && text === '' && !inComposition(event) && props.onUp()) event.preventDefault();
    if (!isSend(event)) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    add(event.clipboardData.files);
  };

  return (
    <div className={styles.dock}>
      <div className={styles.composer} data-dropping={dropping || undefined}>
        <AttachmentChips attachments={attachments} onRemove={remove} />
        <textarea
          ref={area}
          id="composer"
          className={styles.text}
          rows={1}
          value={text}
          aria-label={words.composer.message}
          placeholder={dropping ? words.composer.dropHere : placeholderOf(props)}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          autoFocus
        />
        <div className={styles.bar}>
          <IconButton label={words.composer.attach} onClick={() => picker.current?.click()}>
            <Paperclip size={16} />
          </IconButton>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              add(event.target.files ?? []);
              event.target.value = '';
            }}
          />
          {props.chips}
          <span className={styles.hint} role="status">
            {hint || (run === 'waiting' && !text && <span className={styles.way}>{words.composer.waitingHint}</span>)}
          </span>
          <PauseButton run={run} onPause={props.onPause} onResume={props.onResume} />
          {running && (
            <IconButton label={words.composer.stop} variant={text.trim() ? 'quiet' : 'accent'} className={styles.round} onClick={onStop}>
              <Square size={13} fill="currentColor" />
            </IconButton>
          )}
          {(!running || text.trim()) && (
            <IconButton label={words.composer.send} variant="accent" className={styles.round} disabled={!ready} onClick={send}>
              <ArrowUp size={18} />
            </IconButton>
          )}
        </div>
      </div>
      {props.note}
    </div>
  );
}

function placeholderOf({ run, followUp, isDemo, name }: ComposerProps): string {
  if (run === 'waiting') return words.composer.placeholderWaiting(name);
  if (followUp) return words.composer.placeholderFollowUp;
  return isDemo ? words.composer.placeholderDemo : words.composer.placeholder(name);
}

/** Pauses the run, or resumes it. */
function PauseButton({ run, onPause, onResume }: Pick<ComposerProps, 'run' | 'onPause' | 'onResume'>) {
  switch (run) {
    case 'working':
      return (
        <IconButton label={words.composer.pause} className={styles.round} onClick={onPause}>
          <Pause size={15} fill="currentColor" strokeWidth={1} />
        </IconButton>
      );
    case 'pausing':
      return (
        <IconButton label={words.composer.pausing} aria-pressed className={styles.round} onClick={onResume}>
          <Pause size={15} fill="currentColor" strokeWidth={1} />
        </IconButton>
      );
    case 'paused':
    case 'resuming':
      return (
        <IconButton label={words.composer.resume} className={styles.round} disabled={run === 'resuming'} onClick={onResume}>
          <Play size={15} fill="currentColor" strokeWidth={1} />
        </IconButton>
      );
    default:
      return null;
  }
}

function hintOf(escArmed: boolean, uploading: boolean, text: string, fileCount: number): string {
  if (escArmed) return words.composer.escAgain;
  if (uploading && text.trim()) return words.composer.uploadsPending;
  return fileCount > 0 && !text.trim() ? words.composer.sayWhat : '';
}
