// What models cost, as administrators set it.

import type { ModelApi, SetModelPrice } from '../api/types';
import { words } from '../words';
import { providerName, type Sources } from './choice';

/** Stands for every model of a provider. */
export const EVERY_MODEL = '*';
/** The highest price in dollars for a million tokens. */
export const HIGHEST_DOLLARS = 1_000_000;

const MICRODOLLARS = 1_000_000;

export const APIS = ['anthropic', 'openai', 'gemini', 'openai-compatible'] as const satisfies readonly ModelApi[];

type Price = SetModelPrice['price'];

/** What a price is told by from others: "gpt-6 (OpenAI)" */
export const pricedModel = ({ provider, model }: SetModelPrice): string => words.prices.ofProvider(model, providerName(provider));

/** The price in a form with dollars. Where nothing is entered for the cache, it is that of other input. */
export function priceIn(form: FormData): Price {
  const entered = (name: keyof Price) => String(form.get(name) ?? '').trim();
  const microdollars = (text: string) => Math.round(Number(text) * MICRODOLLARS);
  const input = microdollars(entered('input'));
  const cached = (name: keyof Price) => (entered(name) === '' ? input : microdollars(entered(name)));
  return { input, output: microdollars(entered('output')), cache_read: cached('cache_read'), cache_write: cached('cache_write') };
}

/** A price as a field of the form has it. */
export const inDollars = (microdollars: number): number => microdollars / MICRODOLLARS;

const isApi = (provider: string): provider is ModelApi => (APIS as readonly string[]).includes(provider);

/** The models of a provider that can be chosen here, each once. */
export const modelsOf = ({ sources }: Sources, api: ModelApi): string[] =>
  [...new Set(sources.filter(({ provider }) => provider === api).flatMap(({ models }) => models.map(({ id }) => id)))];

/** The models of everybody whose price nobody knows, each once. */
export function withoutPrice({ sources }: Sources): string[] {
  const priced = sources.filter(({ owner, provider }) => owner === 'installation' && isApi(provider));
  return [...new Set(priced.flatMap(({ models }) => models.filter(({ price }) => !price).map(({ id }) => id)))];
}
