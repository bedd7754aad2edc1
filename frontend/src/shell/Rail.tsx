import { MessageSquarePlus, PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react';
import { ChatList } from '../chats/ChatList';
import { Brand } from '../controls/Brand';
import { IconButton } from '../controls/Button';
import { words } from '../words';
import { chord } from './shortcuts';
import { UserMenu } from './UserMenu';
import styles from './Rail.module.css';

interface Props {
  folded: boolean;
  /** In the drawer there is nothing to fold. */
  onFold?: () => void;
  onNewChat: () => void;
  onSearch: () => void;
  onKeys: () => void;
  onOpenChat?: () => void;
}

/** The column at the left: brand, new chat, search, chats, the person's menu. */
export function Rail({ folded, onFold, onNewChat, onSearch, onKeys, onOpenChat }: Props) {
  return (
    <div className={styles.rail} data-folded={folded || undefined}>
      <div className={styles.head}>
        {!folded && (
          <span className={styles.brand}>
            <Brand />
            {words.product}
          </span>
        )}
        {onFold && (
          <IconButton
            label={folded ? words.shell.unfoldRail : words.shell.foldRail}
            title={chord('mod', 'B').join('+')}
            aria-expanded={!folded}
            className={styles.fold}
            onClick={onFold}
          >
            {folded ? <PanelLeftOpen size={16} /> : <PanelLeftClose size={16} />}
          </IconButton>
        )}
      </div>
      {folded ? (
        <div className={styles.icons}>
          <IconButton label={words.chats.new} onClick={onNewChat}>
            <MessageSquarePlus size={16} />
          </IconButton>
          <IconButton label={words.chats.search} onClick={onSearch}>
            <Search size={16} />
          </IconButton>
        </div>
      ) : (
        <>
          <button type="button" className={styles.new} onClick={onNewChat}>
            <MessageSquarePlus size={16} aria-hidden />
            {words.chats.new}
          </button>
          <ChatList onOpen={onOpenChat} />
        </>
      )}
      <div className={styles.foot}>
        <UserMenu folded={folded} onKeys={onKeys} onOpen={onOpenChat} />
      </div>
    </div>
  );
}
