import { MessageBubble } from '../blocks/message/MessageBubble';
import type { PendingMessage } from '../composer/useSend';
import { Delayed } from '../controls/Delayed';
import { words } from '../words';
import styles from './PendingMessageView.module.css';

interface Props {
  message: PendingMessage;
  onRetry: (message: PendingMessage) => void;
  onDiscard: (message: PendingMessage) => void;
}

/** A message that is being sent, or could not be sent. */
export function PendingMessageView({ message, onRetry, onDiscard }: Props) {
  return (
    <MessageBubble text={message.text} files={message.files}>
      {message.error ? (
        <span role="alert" className={styles.unsent}>
          {words.message.notSent}: {message.error} {message.waits && words.message.waits}{' '}
          <button type="button" onClick={() => onRetry(message)}>
            {words.errors.retry}
          </button>{' '}
          <button type="button" onClick={() => onDiscard(message)}>
            {words.message.discard}
          </button>
        </span>
      ) : (
        <Delayed after={600}>{words.message.sending}</Delayed>
      )}
    </MessageBubble>
  );
}
