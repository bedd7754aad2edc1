import type { ModelUsage, ModelUse } from '../api/types';

/** All tokens of input and output. */
export const tokensOf = (use: ModelUse) => use.input_tokens + use.cache_read_tokens + use.cache_write_tokens + use.output_tokens;

const DAY_MS = 86_400_000;

/** Every day from the first to the last with its cost in microdollars, those without usage included. */
export function costOfDays({ from, to, days }: Pick<ModelUsage, 'from' | 'to' | 'days'>): { day: string; microdollars: number }[] {
  const costs = new Map(days.map(({ day, microdollars }) => [day, microdollars]));
  const count = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(Date.parse(from) + index * DAY_MS).toISOString().slice(0, 10);
    return { day, microdollars: costs.get(day) ?? 0 };
  });
}
