import { useQuery } from '@tanstack/react-query';
import { Download, FileText, X } from 'lucide-react';
import { explain } from '../api/client';
import { filesQuery } from '../api/files';
import { paths } from '../api/paths';
import { IconButton } from '../controls/Button';
import { words } from '../words';
import styles from './FilesPanel.module.css';

/** The files of the chat, in a panel over the stage. */
export function FilesPanel({ chatId, onClose }: { chatId: string; onClose: () => void }) {
  const { data: files, error } = useQuery(filesQuery(chatId));
  return (
    <section
      className={styles.panel}
      aria-label={words.files.title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      <header className={styles.header}>
        <h2>{words.files.title}</h2>
        <IconButton label={words.files.close} onClick={onClose} autoFocus>
          <X size={16} />
        </IconButton>
      </header>
      {error && <p className={styles.hint}>{explain(error)}</p>}
      {files?.length === 0 && (
        <div className={styles.none}>
          <p>{words.files.none}</p>
          <p className={styles.hint}>{words.files.noneHint}</p>
        </div>
      )}
      <ul className={styles.list}>
        {files
          ?.toSorted((one, other) => other.created_at.localeCompare(one.created_at))
          .map((file) => (
            <li key={file.id}>
              <a href={paths.fileContent(file.id)} download={file.name} className={styles.file}>
                <FileText size={16} aria-hidden />
                <span className="visually-hidden">{words.files.download} </span>
                <span className={styles.words}>
                  <span className={styles.name}>{file.name}</span>
                  <span className={styles.detail}>
                    {words.bytes(file.size)} · {file.origin === 'upload' ? words.files.fromYou : words.files.fromDesktop}
                  </span>
                </span>
                <Download size={16} aria-hidden />
              </a>
            </li>
          ))}
      </ul>
    </section>
  );
}
