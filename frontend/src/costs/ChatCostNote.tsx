import { useQuery } from '@tanstack/react-query';
import { chatCostQuery } from '../api/costs';
import { words } from '../words';
import { budgetName } from './budgetName';
import styles from './costs.module.css';

/** What a chat has cost so far, and what is left of its tightest budget. Nothing while it has cost nothing and has no budget. */
export function ChatCostNote({ chatId }: { chatId: string }) {
  const { data: cost } = useQuery(chatCostQuery(chatId));
  if (!cost?.models || (cost.microdollars === 0 && !cost.tightest)) return null;
  const { tightest } = cost;
  const left = tightest && words.costs.left(words.price(tightest.left_microdollars), budgetName(tightest));
  const title = [words.costs.soFar(words.price(cost.microdollars)), left].filter(Boolean).join(' ');
  return (
    <span className={styles.cost} title={title} aria-label={title} role="status" data-used-up={tightest?.left_microdollars === 0 || undefined}>
      {words.money(cost.microdollars)}
    </span>
  );
}
