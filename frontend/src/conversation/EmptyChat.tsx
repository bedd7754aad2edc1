import { ArrowUpLeft } from 'lucide-react';
import { words } from '../words';
import styles from './EmptyChat.module.css';

/** The content of an empty chat: what the assistant can do, and examples that work with the configured model. */
export function EmptyChat({ examples, onExample }: { examples: string[]; onExample: (prompt: string) => void }) {
  return (
    <div className={styles.empty}>
      <h2 className={styles.title}>{words.conversation.emptyTitle}</h2>
      <p className={styles.body}>{words.conversation.emptyBody}</p>
      {examples.length > 0 && (
        <ul className={styles.examples} aria-label={words.conversation.examples}>
          {examples.map((prompt) => (
            <li key={prompt}>
              <button type="button" className={styles.example} onClick={() => onExample(prompt)}>
                <span>{prompt}</span>
                <ArrowUpLeft size={16} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
