import { Ellipsis, Gauge, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useRenameChat } from '../api/chats';
import type { Chat } from '../api/types';
import { DeleteChatDialog } from '../chats/DeleteChatDialog';
import { IconButton } from '../controls/Button';
import { inComposition } from '../controls/composition';
import { ChatCostNote } from '../costs/ChatCostNote';
import { ChatLimitsDialog } from '../costs/ChatLimitsDialog';
import { Menu, MenuItem } from '../controls/Menu';
import { words } from '../words';
import styles from './ConversationHeader.module.css';

/** The title of the chat, which can be edited in place. */
export function ConversationHeader({ chat }: { chat: Pick<Chat, 'id' | 'title'> }) {
  const rename = useRenameChat(chat.id);
  const [deleting, setDeleting] = useState(false);
  const [limiting, setLimiting] = useState(false);
  const title = chat.title || words.chats.untitled;
  const save = (element: HTMLInputElement) => {
    const next = element.value.trim();
    if (next && next !== title) rename.mutate(next);
    else element.value = title;
  };
  return (
    <header className={styles.header}>
      <h1 className="visually-hidden">{title}</h1>
      <input
        key={title}
        className={styles.title}
        aria-label={words.chats.renameLabel}
        defaultValue={title}
        maxLength={200}
        onBlur={(event) => save(event.currentTarget)}
        onKeyDown={(event) => {
          if (inComposition(event)) return;
          if (event.key === 'Escape') event.currentTarget.value = title;
          if (event.key === 'Enter' || event.key === 'Escape') {
            event.stopPropagation();
            event.currentTarget.blur();
          }
        }}
      />
      <ChatCostNote chatId={chat.id} />
      <Menu
        trigger={
          <IconButton label={words.chats.actions(title)}>
            <Ellipsis size={16} />
          </IconButton>
        }
      >
        <MenuItem icon={<Gauge size={14} />} onSelect={() => setLimiting(true)}>
          {words.costs.chatLimitsItem}
        </MenuItem>
        <MenuItem icon={<Trash2 size={14} />} danger onSelect={() => setDeleting(true)}>
          {words.chats.delete}
        </MenuItem>
      </Menu>
      {limiting && <ChatLimitsDialog chatId={chat.id} onClose={() => setLimiting(false)} />}
      <DeleteChatDialog chat={chat} open={deleting} onClose={() => setDeleting(false)} />
    </header>
  );
}
