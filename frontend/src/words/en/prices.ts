import { price } from '../format';

/** What models cost, as administrators set it. */
export const prices = {
  title: 'Prices',
  body: 'What models cost, where you know better than the vendors’ lists. A price counts for runs that begin, or go on, after it was set.',
  add: 'Set a price',
  none: 'None is set: those of the vendors’ lists count.',
  unknown: (models: string) => `Without a known price: ${models}.`,
  unknownMore: (models: string, more: string) => `Without a known price: ${models} and ${more} more.`,
  everyModel: 'every model without a price of its own here',
  ofProvider: (model: string, provider: string) => `${model} (${provider})`,
  cache: (read: number, write: number) => `cache: ${price(read)} read, ${price(write)} written`,
  changeNamed: (model: string) => `Change the price of ${model}`,
  removeNamed: (model: string) => `Delete the price of ${model}`,
  removeTitle: (model: string) => `Delete the price of ${model}?`,
  removeBody: 'What the vendor’s list says counts again. A model that no list has is without a known price.',

  // The form.
  provider: 'Provider',
  model: 'Model',
  modelHint: 'Its id, as the vendor writes it. * is for every model of the provider that has no price of its own here.',
  unit: 'In dollars for a million tokens.',
  input: 'Input',
  output: 'Output, with thinking',
  cacheRead: 'Input read from the cache',
  cacheWrite: 'Input written to the cache',
  asInput: 'Empty: as input.',
};
