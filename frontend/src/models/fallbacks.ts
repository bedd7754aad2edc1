// The list of models that go on where another one can't.

import type { ModelChoice } from '../api/types';

/** The most models of a list. */
export const MOST_FALLBACKS = 3;

/** The list with one moved by a step. */
export function moved(fallbacks: readonly ModelChoice[], place: number, step: 1 | -1): ModelChoice[] {
  const [one, other] = [fallbacks[place], fallbacks[place + step]];
  return one && other ? fallbacks.with(place, other).with(place + step, one) : [...fallbacks];
}

/** The list with another model at a place; after the last one it is added. */
export const replaced = (fallbacks: readonly ModelChoice[], place: number, choice: ModelChoice): ModelChoice[] => [
  ...fallbacks.slice(0, place),
  choice,
  ...fallbacks.slice(place + 1),
];
