import { useQuery } from '@tanstack/react-query';
import { chatCostQuery } from '../api/costs';
import { words } from '../words';
import styles from './costs.module.css';

/** The model whose price nobody knows, although there is a budget: messages of the chat are refused. Null if they are not. */
export function useUnpricedModel(chatId: string): string | null {
  const { data: cost } = useQuery(chatCostQuery(chatId));
  return cost?.model && !cost.model.price_known && cost.tightest ? cost.model.model : null;
}

/** Below the composer: why messages are refused. */
export function UnpricedNote({ model }: { model: string }) {
  return (
    <p className={styles.unpriced} role="alert">
      {words.costs.unpriced(model)}
    </p>
  );
}
