import { useQuery } from '@tanstack/react-query';
import { chatCostQuery } from '../api/costs';
import { words } from '../words';
import styles from './costs.module.css';

/** About what the next steps of a chat will cost. */
export function CostEstimate({ chatId }: { chatId: string }) {
  const { data: cost } = useQuery(chatCostQuery(chatId));
  if (!cost?.estimate) return null;
  const { step_microdollars: step, long_run_steps: steps, long_run_microdollars: run, from_turns: turns } = cost.estimate;
  return (
    <p className={styles.estimate}>
      {words.costs.estimate(words.price(step), words.number(steps), words.money(run))}{' '}
      {turns === 0 ? words.costs.fromUsual : words.costs.fromTurns}
    </p>
  );
}
