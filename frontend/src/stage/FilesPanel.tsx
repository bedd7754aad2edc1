import { X } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../controls/Button';
import { words } from '../words';
import { ChatFiles } from './ChatFiles';
import styles from './FilesPanel.module.css';
import { HomeFolder } from './HomeFolder';

type View = 'chat' | 'home';

/** The files of the chat and those on its desktop, in a panel over the stage. */
export function FilesPanel({ chatId, onClose }: { chatId: string; onClose: () => void }) {
  const [view, setView] = useState<View>('chat');
  const views: Record<View, string> = { chat: words.files.ofChat, home: words.files.home };
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
      <div className={styles.views} role="group" aria-label={words.files.views}>
        {(Object.keys(views) as View[]).map((one) => (
          <button key={one} type="button" aria-pressed={one === view} onClick={() => setView(one)}>
            {views[one]}
          </button>
        ))}
      </div>
      {view === 'chat' ? <ChatFiles chatId={chatId} /> : <HomeFolder chatId={chatId} />}
    </section>
  );
}
