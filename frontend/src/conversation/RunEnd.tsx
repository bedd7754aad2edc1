import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { useChatView } from './ChatContext';
import type { Block } from './timeline';
import styles from './RunEnd.module.css';

/** How a request ended, where that needs saying: what happened, what it means, and the button that goes on. */
export function RunEnd({ block, last, onSend }: { block: Block; last: boolean; onSend: (text: string) => void }) {
  const { name } = useChatView();
  const text = block.message?.text;
  switch (block.state) {
    case 'failed':
      return (
        <Notice
          title={words.runEnds.failedTitle}
          action={last && text && <Button size="small" onClick={() => onSend(text)}>{words.runEnds.retry}</Button>}
        >
          {block.note ?? words.runEnds.failedBody}
        </Notice>
      );
    case 'limit_reached':
      return (
        <Notice
          look="attention"
          title={words.runEnds.limitTitle}
          action={last && <Button size="small" onClick={() => onSend(words.runEnds.goOnPrompt)}>{words.runEnds.goOn}</Button>}
        >
          {block.note ?? words.runEnds.limitBody(name)}
        </Notice>
      );
    case 'cancelled':
      return block.begun ? <p className={styles.stopped}>{words.runEnds.cancelled}</p> : null;
    default:
      return null;
  }
}
