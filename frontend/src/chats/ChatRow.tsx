import { Link } from '@tanstack/react-router';
import { Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { useRenameChat } from '../api/chats';
import type { Chat } from '../api/types';
import { IconButton } from '../controls/Button';
import { inComposition, keepComposing } from '../controls/composition';
import { Menu, MenuItem } from '../controls/Menu';
import { words } from '../words';
import { DeleteChatDialog } from './DeleteChatDialog';
import { dotOf } from './groupByDay';
import styles from './ChatRow.module.css';

export function ChatRow({ chat, onOpen }: { chat: Chat; onOpen?: () => void }) {
  const [mode, setMode] = useState<'show' | 'rename' | 'delete'>('show');
  const title = chat.title || words.chats.untitled;
  const dot = dotOf(chat.run_state);

  if (mode === 'rename') return <RenameRow chat={chat} onDone={() => setMode('show')} />;
  return (
    <li className={styles.row}>
      <Link to="/chats/$chatId" params={{ chatId: chat.id }} className={styles.link} onClick={onOpen} title={title}>
        <span className={styles.title}>{title}</span>
        {dot && (
          <span className={`${styles.dot} ${styles[dot]}`} title={words.chats.states[dot]}>
            <span className="visually-hidden">{words.chats.states[dot]}</span>
          </span>
        )}
      </Link>
      <Menu
        trigger={
          <IconButton label={words.chats.actions(title)} className={styles.more}>
            <Ellipsis size={16} />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil size={14} />} onSelect={() => setMode('rename')}>
          {words.chats.rename}
        </MenuItem>
        <MenuItem icon={<Trash2 size={14} />} danger onSelect={() => setMode('delete')}>
          {words.chats.delete}
        </MenuItem>
      </Menu>
      <DeleteChatDialog chat={chat} open={mode === 'delete'} onClose={() => setMode('show')} />
    </li>
  );
}

function RenameRow({ chat, onDone }: { chat: Chat; onDone: () => void }) {
  const rename = useRenameChat(chat.id);
  const save = (value: string) => {
    const title = value.trim();
    if (title && title !== chat.title) rename.mutate(title);
    onDone();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save(String(new FormData(event.currentTarget).get('title')));
  };
  return (
    <li className={styles.row}>
      <form className={styles.rename} onSubmit={submit}>
        <input
          name="title"
          aria-label={words.chats.renameLabel}
          defaultValue={chat.title}
          maxLength={200}
          autoFocus
          onFocus={(event) => event.target.select()}
          onBlur={(event) => save(event.target.value)}
          onKeyDown={(event) => {
            keepComposing(event);
            if (event.key !== 'Escape' || inComposition(event)) return;
            event.stopPropagation();
            onDone();
          }}
        />
      </form>
    </li>
  );
}
