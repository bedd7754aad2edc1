import type { ModelUsage, ModelUse } from '../api/types';
import { words } from '../words';

/** How many days are shown at first. */
export const USUAL_DAYS = 30;

/** What was used each day. */
export type UseOfDays = Pick<ModelUsage, 'from' | 'to' | 'total' | 'days'>;

/** All tokens of input and output. */
export const tokensOf = (use: ModelUse) => use.input_tokens + use.cache_read_tokens + use.cache_write_tokens + use.output_tokens;

const DAY_MS = 86_400_000;

/** What makes use comparable. */
interface Measure {
  amount: (use: ModelUse) => number;
  text: (amount: number) => string;
}

/** The cost or, where no model has a known price, the tokens, or the turns. */
export function measureOf(total: ModelUse): Measure {
  if (total.microdollars > 0) return { amount: ({ microdollars }) => microdollars, text: words.money };
  if (tokensOf(total) > 0) return { amount: tokensOf, text: words.usage.tokens };
  return { amount: ({ turns }) => turns, text: words.usage.turns };
}

/** Every day from the first to the last with its amount, those without use included. */
export function amountOfDays({ from, to, days }: Omit<UseOfDays, 'total'>, amount: Measure['amount']): { day: string; amount: number }[] {
  const amounts = new Map(days.map((use) => [use.day, amount(use)]));
  const count = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(Date.parse(from) + index * DAY_MS).toISOString().slice(0, 10);
    return { day, amount: amounts.get(day) ?? 0 };
  });
}
