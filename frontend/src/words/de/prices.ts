import type { Catalogue } from '../catalogue';
import { price } from '../format';

export const prices: Catalogue['prices'] = {
  title: 'Preise',
  body: 'Was Modelle kosten, wo Sie es besser wissen als die Listen der Anbieter. Ein Preis gilt für Aufgaben, die danach beginnen oder weitergehen.',
  add: 'Preis festlegen',
  none: 'Es ist keiner festgelegt: Die der Listen der Anbieter gelten.',
  unknown: (models) => `Ohne bekannten Preis: ${models}.`,
  unknownMore: (models, more) => `Ohne bekannten Preis: ${models} und ${more} weitere.`,
  everyModel: 'jedes Modell ohne eigenen Preis hier',
  ofProvider: (model, provider) => `${model} (${provider})`,
  cache: (read, write) => `Cache: ${price(read)} gelesen, ${price(write)} geschrieben`,
  changeNamed: (model) => `Preis von ${model} ändern`,
  removeNamed: (model) => `Preis von ${model} löschen`,
  removeTitle: (model) => `Preis von ${model} löschen?`,
  removeBody: 'Es gilt wieder, was in der Liste des Anbieters steht. Ein Modell, das in keiner Liste steht, hat keinen bekannten Preis.',

  provider: 'Anbieter',
  model: 'Modell',
  modelHint: 'Seine Kennung, wie der Anbieter sie schreibt. * steht für jedes Modell des Anbieters, das hier keinen eigenen Preis hat.',
  unit: 'In Dollar je Million Token.',
  input: 'Eingabe',
  output: 'Ausgabe, mit Denken',
  cacheRead: 'Aus dem Cache gelesene Eingabe',
  cacheWrite: 'In den Cache geschriebene Eingabe',
  asInput: 'Leer: wie Eingabe.',
};
