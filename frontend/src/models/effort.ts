// How much models think and do before they answer.

import type { Effort, ModelChoice } from '../api/types';
import { words } from '../words';
import { factsOf, sameChoice, type Sources } from './choice';

/** Every effort, the least first. */
const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'] as const satisfies readonly Effort[];

/** The efforts that can be chosen: those that the model takes, and the one that is chosen though it is not known to take it. */
export function effortsOf(choice: ModelChoice, list: Sources): Effort[] {
  const taken = factsOf(choice, list)?.efforts ?? [];
  return EFFORTS.filter((effort) => taken.includes(effort) || effort === choice.effort);
}

/** A choice of another model with the effort of the one before, if it takes it. */
export function keepEffort(choice: ModelChoice, before: ModelChoice | null, list: Sources): ModelChoice {
  const effort = before?.effort;
  if (!effort) return choice;
  const isKept = sameChoice(choice, before) || factsOf(choice, list)?.efforts?.includes(effort);
  return isKept ? { ...choice, effort } : choice;
}

/** What a model is called that works with an effort. */
export const atEffort = (model: string, effort: Effort | null | undefined): string =>
  effort ? words.models.atEffort(model, words.models.efforts[effort]) : model;
