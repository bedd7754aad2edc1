import { Check, Copy, Ellipsis, GitFork, PencilLine } from 'lucide-react';
import { IconButton } from '../../controls/Button';
import { Menu, MenuItem } from '../../controls/Menu';
import { useCopy } from '../../controls/useCopy';
import { words } from '../../words';
import { useConversationActions } from '../ConversationActions';
import styles from './MessageMenu.module.css';

interface Props {
  text: string;
  /** The event to fork the chat at; null where that is impossible. */
  messageId: string | null;
  onEdit?: () => void;
}

export function MessageMenu({ text, messageId, onEdit }: Props) {
  const { fork } = useConversationActions();
  const { outcome, copy } = useCopy(text);
  return (
    <>
      <Menu
        trigger={
          <IconButton label={words.message.actions} className={styles.trigger}>
            {outcome === 'copied' ? <Check size={16} className={styles.copied} /> : <Ellipsis size={16} />}
          </IconButton>
        }
      >
        <MenuItem icon={<Copy size={14} />} onSelect={copy}>
          {words.message.copy}
        </MenuItem>
        {onEdit && (
          <MenuItem icon={<PencilLine size={14} />} onSelect={onEdit}>
            {words.message.edit}
          </MenuItem>
        )}
        {messageId && (
          <MenuItem icon={<GitFork size={14} />} onSelect={() => fork(messageId)}>
            {words.message.fork}
          </MenuItem>
        )}
      </Menu>
      {outcome && (
        <span role="status" className={outcome === 'failed' ? styles.failed : 'visually-hidden'}>
          {outcome === 'failed' ? words.message.notCopied : words.message.copied}
        </span>
      )}
    </>
  );
}
