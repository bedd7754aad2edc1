import { useQuery } from '@tanstack/react-query';
import { Archive, Download, FileText, Link } from 'lucide-react';
import { useState } from 'react';
import { explain } from '../api/client';
import { filesQuery } from '../api/files';
import { paths } from '../api/paths';
import type { StoredFile } from '../api/types';
import { IconButton } from '../controls/Button';
import { words } from '../words';
import styles from './FilesPanel.module.css';
import { ShareFileDialog } from './ShareFileDialog';

/** The files of the chat: attachments, and what its desktop has saved. */
export function ChatFiles({ chatId }: { chatId: string }) {
  const { data: files, error } = useQuery(filesQuery(chatId));
  const [shared, setShared] = useState<StoredFile | null>(null);
  return (
    <>
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
            <li key={file.id} className={styles.entry}>
              <a href={paths.fileContent(file.id)} download={file.name} className={styles.file}>
                <FileText size={16} aria-hidden />
                <span className="visually-hidden">{words.files.download} </span>
                <span className={styles.words}>
                  <span className={styles.name}>{file.name}</span>
                  <span className={styles.detail}>{detail(file)}</span>
                </span>
                <Download size={16} aria-hidden />
              </a>
              <IconButton label={words.share.share(file.name)} onClick={() => setShared(file)}>
                <Link size={16} />
              </IconButton>
            </li>
          ))}
      </ul>
      {shared && <ShareFileDialog file={shared} onClose={() => setShared(null)} />}
      {files && files.length > 1 && (
        <a href={paths.chatFiles(chatId)} download className={styles.file}>
          <Archive size={16} aria-hidden />
          <span className={styles.words}>{words.files.downloadAll}</span>
          <Download size={16} aria-hidden />
        </a>
      )}
    </>
  );
}

/** The size and origin, and the type if the bytes are of another one than the name says. */
function detail(file: StoredFile): string {
  const parts = [words.bytes(file.size), file.origin === 'upload' ? words.files.fromYou : words.files.fromDesktop];
  const { detected_type: detected, media_type: claimed } = file;
  const isArchiveOfParts = detected === 'application/zip' && claimed.includes('.');
  if (detected && claimed !== detected && claimed !== 'application/octet-stream' && !isArchiveOfParts) {
    parts.push(words.files.reallyIs(detected));
  }
  return parts.join(' · ');
}
