import { Paperclip } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { paths } from '../../api/paths';
import type { AttachedFile } from '../../api/types';
import { isPictureName } from '../../controls/pictures';
import { isWithdrawn } from '../../timeline/selectors';
import type { Block, PersonMessage } from '../../timeline/types';
import { words } from '../../words';
import { useChatView } from '../ChatContext';
import { useConversationActions } from '../ConversationActions';
import { EditMessage } from './EditMessage';
import { MessageMenu } from './MessageMenu';
import styles from './MessageBubble.module.css';

/** A stored message of the person, with its menu. */
export function PersonMessageView({ block, message, waits }: { block: Block; message: PersonMessage; waits: boolean }) {
  const { lastMessageId, send, withdraw } = useConversationActions();
  const { name } = useChatView();
  const [editing, setEditing] = useState(false);
  const withdrawn = isWithdrawn(block);
  const queued = block.state === 'queued' && waits;
  if (editing) {
    return (
      <EditMessage
        text={message.text}
        onSend={(text) => {
          setEditing(false);
          send(text, message.files, message.id);
        }}
        onCancel={() => setEditing(false)}
      />
    );
  }
  const menu = (
    <MessageMenu
      text={message.text}
      messageId={withdrawn || queued || block.replaced ? null : message.id}
      onEdit={message.id === lastMessageId ? () => setEditing(true) : undefined}
    />
  );
  return (
    <MessageBubble text={message.text} files={message.files} menu={menu} faint={withdrawn}>
      {queued && (
        <>
          {words.message.queued}
          <button type="button" className={styles.link} onClick={() => withdraw(block)}>
            {words.message.withdraw}
          </button>
        </>
      )}
      {withdrawn && words.message.withdrawn(name)}
    </MessageBubble>
  );
}

interface Props {
  text: string;
  files: AttachedFile[];
  menu?: ReactNode;
  /** Whether the message no longer counts. */
  faint?: boolean;
  children?: ReactNode;
}

/** The bubble of a message, at the right. Children are shown below it. */
export function MessageBubble({ text, files, menu, faint = false, children }: Props) {
  return (
    <div className={styles.person} data-faint={faint || undefined}>
      <span className="visually-hidden">{words.message.you}</span>
      <div className={styles.row}>
        {menu}
        <div className={styles.bubble}>
          {text}
          {files.length > 0 && (
            <ul className={styles.attached}>
              {files.map((file) => (
                <li key={file.id}>
                  <a href={paths.fileContent(file.id)} download={file.name}>
                    {isPictureName(file.name) ? (
                      <img className={styles.picture} src={paths.fileContent(file.id)} alt="" loading="lazy" decoding="async" />
                    ) : (
                      <Paperclip size={12} aria-hidden />
                    )}
                    <span className="visually-hidden">{words.files.download} </span>
                    {file.name}
                  </a>
                </li>
              ))}
            </ul>
          )}
        </div>
      </div>
      <div className={styles.below}>{children}</div>
    </div>
  );
}
