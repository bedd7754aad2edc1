import { useQuery } from '@tanstack/react-query';
import { ArrowUpLeft, KeyRound } from 'lucide-react';
import { modelsQuery } from '../api/models';
import { Button } from '../controls/Button';
import { LinkButton } from '../controls/LinkButton';
import { isDemoOnly } from '../models/choice';
import { words } from '../words';
import styles from './EmptyChat.module.css';

interface Props {
  examples: readonly string[];
  onExample: (prompt: string) => void;
}

/** The content of an empty chat: what the assistant can do, and examples that work with its model. */
export function EmptyChat({ examples, onExample }: Props) {
  const { data: list } = useQuery(modelsQuery);
  const [first] = examples;
  return (
    <div className={styles.empty}>
      <h2 className={styles.title}>{words.conversation.emptyTitle}</h2>
      <p className={styles.body}>{words.conversation.emptyBody}</p>
      {list?.own_keys_allowed && isDemoOnly(list) && (
        <div className={styles.start}>
          <p>{words.models.demoOnly}</p>
          <LinkButton to="/settings/models" variant="accent" icon={<KeyRound size={16} aria-hidden />}>
            {words.models.add}
          </LinkButton>
          {first && <Button onClick={() => onExample(first)}>{words.models.tryDemo}</Button>}
        </div>
      )}
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
