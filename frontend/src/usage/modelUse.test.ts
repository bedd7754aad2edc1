import { expect, test } from 'vitest';
import { amountOfDays, measureOf } from './modelUse';

const use = { turns: 1, input_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, output_tokens: 0 };

const cost = ({ microdollars }: { microdollars: number }) => microdollars;

test('days without use have no amount, over the ends of months and the changes of clocks', () => {
  const days = [
    { day: '2026-02-28', microdollars: 5, ...use },
    { day: '2026-03-01', microdollars: 7, ...use },
  ];
  expect(amountOfDays({ from: '2026-02-27', to: '2026-03-02', days }, cost)).toEqual([
    { day: '2026-02-27', amount: 0 },
    { day: '2026-02-28', amount: 5 },
    { day: '2026-03-01', amount: 7 },
    { day: '2026-03-02', amount: 0 },
  ]);
  expect(amountOfDays({ from: '2026-01-01', to: '2026-12-31', days }, cost)).toHaveLength(365);
  expect(amountOfDays({ from: '2024-02-29', to: '2024-02-29', days: [] }, cost)).toEqual([{ day: '2024-02-29', amount: 0 }]);
});

test('use is measured by its cost or, without one, by tokens, or by turns', () => {
  const shown = (total: Partial<typeof use> & { microdollars: number }) => {
    const whole = { ...use, ...total };
    const { amount, text } = measureOf(whole);
    return text(amount(whole));
  };
  expect(shown({ microdollars: 2_500_000, input_tokens: 300 })).toBe('$2.50');
  expect(shown({ microdollars: 0, input_tokens: 300, output_tokens: 20 })).toBe('320 tokens');
  expect(shown({ microdollars: 0, turns: 4 })).toBe('4 turns');
});
