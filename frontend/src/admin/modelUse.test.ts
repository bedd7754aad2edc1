import { expect, test } from 'vitest';
import { costOfDays } from './modelUse';

const use = { turns: 1, input_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, output_tokens: 0 };

test('days without usage cost nothing, over the ends of months and the changes of clocks', () => {
  const days = [
    { day: '2026-02-28', microdollars: 5, ...use },
    { day: '2026-03-01', microdollars: 7, ...use },
  ];
  expect(costOfDays({ from: '2026-02-27', to: '2026-03-02', days })).toEqual([
    { day: '2026-02-27', microdollars: 0 },
    { day: '2026-02-28', microdollars: 5 },
    { day: '2026-03-01', microdollars: 7 },
    { day: '2026-03-02', microdollars: 0 },
  ]);
  expect(costOfDays({ from: '2026-01-01', to: '2026-12-31', days })).toHaveLength(365);
  expect(costOfDays({ from: '2024-02-29', to: '2024-02-29', days: [] })).toEqual([{ day: '2024-02-29', microdollars: 0 }]);
});
