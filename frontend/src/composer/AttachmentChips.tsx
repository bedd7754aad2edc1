import { File, X } from 'lucide-react';
import { words } from '../words';
import type { Attachment } from './useAttachments';
import styles from './AttachmentChips.module.css';

export function AttachmentChips({ attachments, onRemove }: { attachments: Attachment[]; onRemove: (key: number) => void }) {
  if (attachments.length === 0) return null;
  return (
    <ul className={styles.chips}>
      {attachments.map(({ key, name, size, preview, state }) => (
        <li key={key} className={styles.chip} data-state={state.kind}>
          {preview ? <img className={styles.preview} src={preview} alt="" /> : <File size={14} aria-hidden />}
          <span className={styles.name}>{name}</span>
          <span className={styles.detail}>
            {state.kind === 'uploading' && words.composer.uploading(state.share)}
            {state.kind === 'done' && words.bytes(size)}
            {state.kind === 'failed' && state.problem}
          </span>
          <button type="button" aria-label={words.composer.removeFile(name)} onClick={() => onRemove(key)}>
            <X size={14} />
          </button>
          {state.kind === 'uploading' && (
            <progress className={styles.progress} value={state.share} aria-label={name} />
          )}
        </li>
      ))}
    </ul>
  );
}
