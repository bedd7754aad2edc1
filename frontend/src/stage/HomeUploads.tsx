import { X } from 'lucide-react';
import { Button, IconButton } from '../controls/Button';
import { words } from '../words';
import styles from './FilesPanel.module.css';
import type { HomeUpload, useHomeUploads } from './useHomeUploads';

/** How the uploads to the desktop go. */
export function HomeUploads({ uploads: { uploads, replace, dismiss } }: { uploads: ReturnType<typeof useHomeUploads> }) {
  return (
    <ul className={styles.uploads} role="status">
      {uploads.map((upload) => (
        <li key={upload.key} data-state={upload.state.kind}>
          <span>{told(upload)}</span>
          {upload.state.kind === 'exists' && (
            <Button size="small" onClick={() => replace(upload)}>
              {words.home.replace}
            </Button>
          )}
          {upload.state.kind !== 'uploading' && (
            <IconButton label={words.home.dismiss} onClick={() => dismiss(upload.key)}>
              <X size={14} />
            </IconButton>
          )}
        </li>
      ))}
    </ul>
  );
}

function told({ file, state }: HomeUpload): string {
  switch (state.kind) {
    case 'uploading':
      return words.home.uploading(file.name, state.share);
    case 'done':
      return words.home.uploaded(file.name);
    case 'exists':
      return words.home.exists(file.name);
    case 'failed':
      return `${file.name}: ${state.problem}`;
  }
}
