import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronRight, Download, Eye, EyeOff, FileText, FileX, Folder, Link, RotateCw, Upload } from 'lucide-react';
import { useRef, useState, type DragEvent } from 'react';
import { explain } from '../api/client';
import { folderQuery } from '../api/home';
import { paths } from '../api/paths';
import type { FolderEntry } from '../api/types';
import { Button, IconButton } from '../controls/Button';
import { words } from '../words';
import styles from './FilesPanel.module.css';
import { useHomeUploads } from './useHomeUploads';
import { HomeUploads } from './HomeUploads';

/** The home folder of the desktop: look, download, and upload into the folder that is shown. */
export function HomeFolder({ chatId }: { chatId: string }) {
  const [path, setPath] = useState('');
  const [hidden, setHidden] = useState(false);
  const [dropping, setDropping] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const folder = useInfiniteQuery(folderQuery(chatId, path));
  const uploads = useHomeUploads(chatId, path, () => void folder.refetch());
  const entries = folder.data?.pages.flatMap((page) => page.entries) ?? [];
  const shown = entries.filter((entry) => hidden || !entry.name.startsWith('.'));

  const over = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    // The message field takes what is dropped elsewhere on the page.
    event.stopPropagation();
    event.dataTransfer.dropEffect = 'copy';
    setDropping(true);
  };
  const drop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    event.stopPropagation();
    setDropping(false);
    uploads.add(event.dataTransfer.files);
  };

  return (
    <div
      className={styles.home}
      data-dropping={dropping || undefined}
      onDragOver={over}
      onDragLeave={(event) => !event.currentTarget.contains(event.relatedTarget as Node | null) && setDropping(false)}
      onDrop={drop}
    >
      <div className={styles.bar}>
        <Path path={path} onOpen={setPath} />
        <IconButton label={words.home.refresh} onClick={() => void folder.refetch()}>
          <RotateCw size={14} />
        </IconButton>
        <IconButton label={words.home.hidden} aria-pressed={hidden} onClick={() => setHidden(!hidden)}>
          {hidden ? <Eye size={14} /> : <EyeOff size={14} />}
        </IconButton>
        <IconButton label={words.home.upload} onClick={() => picker.current?.click()}>
          <Upload size={14} />
        </IconButton>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          aria-label={words.home.upload}
          onChange={(event) => {
            if (event.target.files) uploads.add(event.target.files);
            event.target.value = '';
          }}
        />
      </div>
      <HomeUploads uploads={uploads} />
      {folder.error && (
        <p className={styles.problem} role="alert">
          {explain(folder.error)}
        </p>
      )}
      {folder.isSuccess && shown.length === 0 && (
        <div className={styles.none}>
          <p>{words.home.empty}</p>
        </div>
      )}
      <ul className={styles.list}>
        {shown.map((entry) => (
          <li key={entry.name}>
            <Entry entry={entry} chatId={chatId} path={join(path, entry.name)} onOpen={setPath} />
          </li>
        ))}
      </ul>
      {folder.hasNextPage && (
        <Button variant="quiet" size="small" disabled={folder.isFetchingNextPage} onClick={() => void folder.fetchNextPage()}>
          {words.home.more}
        </Button>
      )}
      <p className={styles.hint}>{dropping ? words.home.dropNow : words.home.dropHint}</p>
    </div>
  );
}

const join = (folder: string, name: string) => (folder ? `${folder}/${name}` : name);

/** The way from the home folder to the one that is shown. */
function Path({ path, onOpen }: { path: string; onOpen: (path: string) => void }) {
  const names = path ? path.split('/') : [];
  const steps = [{ name: words.home.root, to: '' }, ...names.map((name, index) => ({ name, to: names.slice(0, index + 1).join('/') }))];
  return (
    <nav className={styles.path} aria-label={words.home.path}>
      {steps.map(({ name, to }, index) => (
        <span key={to}>
          {index > 0 && <ChevronRight size={12} aria-hidden />}
          <button type="button" aria-current={to === path ? 'location' : undefined} onClick={() => onOpen(to)}>
            {name}
          </button>
        </span>
      ))}
    </nav>
  );
}

interface EntryProps {
  entry: FolderEntry;
  chatId: string;
  path: string;
  onOpen: (path: string) => void;
}

function Entry({ entry, chatId, path, onOpen }: EntryProps) {
  const changed = words.time.dateTime(entry.modified_ms);
  switch (entry.kind) {
    case 'folder':
      return (
        <button type="button" className={styles.file} onClick={() => onOpen(path)}>
          <Folder size={16} aria-hidden />
          <span className="visually-hidden">{words.home.openFolder} </span>
          <Words name={entry.name} detail={changed} />
          <ChevronRight size={16} aria-hidden />
        </button>
      );
    case 'file':
      return (
        <a href={paths.homeFile(chatId, path)} download={entry.name} className={styles.file}>
          <FileText size={16} aria-hidden />
          <span className="visually-hidden">{words.files.download} </span>
          <Words name={entry.name} detail={`${words.bytes(entry.size)} · ${changed}`} />
          <Download size={16} aria-hidden />
        </a>
      );
    default:
      return (
        <div className={styles.file} data-kind={entry.kind}>
          {entry.kind === 'link' ? <Link size={16} aria-hidden /> : <FileX size={16} aria-hidden />}
          <Words name={entry.name} detail={entry.kind === 'link' ? words.home.link : words.home.special} />
        </div>
      );
  }
}

function Words({ name, detail }: { name: string; detail: string }) {
  return (
    <span className={styles.words}>
      <span className={styles.name}>{name}</span>
      <span className={styles.detail}>{detail}</span>
    </span>
  );
}
