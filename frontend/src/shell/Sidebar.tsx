import { MessageSquarePlus, PanelLeftClose, PanelLeftOpen, Search } from 'lucide-react';
import { ChatList } from '../chats/ChatList';
import { Brand } from '../controls/Brand';
import { IconButton } from '../controls/Button';
import { words } from '../words';
import { chord } from './shortcuts';
import { UserMenu } from './UserMenu';
import styles from './Sidebar.module.css';

interface Props {
  collapsed: boolean;
  /** Missing in the drawer, which cannot be collapsed. */
  onToggle?: () => void;
  onNewChat: () => void;
  onSearch: () => void;
  onShortcuts: () => void;
  onOpenChat?: () => void;
}

/** Logo, new chat, search, the list of chats and the account menu. */
export function Sidebar({ collapsed, onToggle, onNewChat, onSearch, onShortcuts, onOpenChat }: Props) {
  return (
    <div className={styles.sidebar} data-collapsed={collapsed || undefined}>
      <div className={styles.head}>
        {!collapsed && (
          <span className={styles.brand}>
            <Brand />
            {words.product}
          </span>
        )}
        {onToggle && (
          <IconButton
            label={collapsed ? words.shell.expandSidebar : words.shell.collapseSidebar}
            title={chord('mod', 'B').join('+')}
            aria-expanded={!collapsed}
            className={styles.fold}
            onClick={onToggle}
          >
            {collapsed ? <PanelLeftOpen size={16} /> : <PanelLeftClose size={16} />}
          </IconButton>
        )}
      </div>
      {collapsed ? (
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
        <UserMenu collapsed={collapsed} onShortcuts={onShortcuts} onOpen={onOpenChat} />
      </div>
    </div>
  );
}
