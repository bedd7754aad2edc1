import { expect, test } from 'vitest';
import { afterClose, type Close } from './vncState';

test.each<[Close, string, number | null]>([
  [{ control: true, opened: true, code: 4001, failures: 0 }, 'taken', null],
  [{ control: true, opened: false, code: 1006, failures: 0 }, 'refused', null],
  [{ control: true, opened: true, code: 1006, failures: 0 }, 'lost', 250],
  [{ control: false, opened: false, code: 1006, failures: 0 }, 'lost', 250],
  [{ control: false, opened: true, code: 4004, failures: 3 }, 'lost', 2000],
  [{ control: false, opened: false, code: 1006, failures: 20 }, 'lost', 8000],
])('%j leads to %s, tried again after %s ms', (close, kind, retryMs) => {
  expect(afterClose(close)).toEqual({ state: { kind }, retryMs });
});
