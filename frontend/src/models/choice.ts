import type { ModelChoice, ModelFacts, ModelSource } from '../api/types';
import { words } from '../words';
import { inOrder } from '../words/format';

export const sameChoice = (one: ModelChoice | null, other: ModelChoice | null): boolean => keyOf(one) === keyOf(other);

/** A text by which a choice is told from others. */
export const keyOf = (choice: ModelChoice | null): string =>
  choice ? JSON.stringify([choice.connection ?? null, choice.provider ?? null, choice.model]) : '';

/** The choice of a model by its id. */
export const choiceOf = ({ connection, provider }: ModelSource, model: string): ModelChoice => (connection ? { connection, model } : { provider, model });

/** How models are reached. */
export interface Sources {
  sources: readonly ModelSource[];
}

/** How a chosen model is reached; null when it can't be any more. */
export const sourceOf = (choice: ModelChoice, { sources }: Sources): ModelSource | null =>
  sources.find(({ connection, provider }) => (choice.connection ? connection === choice.connection : !connection && provider === choice.provider)) ?? null;

/** What a source is called: its name, or that of the vendor. */
export const sourceName = ({ name, provider }: ModelSource): string => name || providerName(provider);

export const providerName = (provider: string): string => (words.models.providers as Record<string, string>)[provider] ?? provider;

/** What a model is called. */
export const modelName = ({ id, name }: ModelFacts): string => name || id;

/** What is known about a chosen model; null for one that is not listed. */
export const factsOf = (choice: ModelChoice, list: Sources): ModelFacts | null =>
  sourceOf(choice, list)?.models.find(({ id }) => id === choice.model) ?? null;

/** What a chosen model is called. */
export const choiceName = (choice: ModelChoice, list: Sources): string => {
  const facts = factsOf(choice, list);
  return facts ? modelName(facts) : choice.model;
};

/** Whether there is nothing but the demo. */
export const isDemoOnly = ({ sources }: Sources): boolean => sources.length > 0 && sources.every(({ provider }) => provider === 'demo');

/** The person's own sources first, then those of everybody; by name. */
export const inSourceOrder = (sources: readonly ModelSource[]): ModelSource[] =>
  sources.toSorted((one, other) => rank(one) - rank(other) || inOrder(sourceName(one), sourceName(other)));

const rank = ({ owner, provider }: ModelSource) => (owner === 'person' ? 0 : provider === 'demo' ? 2 : 1);
