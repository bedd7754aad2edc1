import type { Catalogue } from '../catalogue';
import { compact, plural } from '../format';

export const usage: Catalogue['usage'] = {
  title: 'Nutzung',
  daysTitle: 'Nach Tagen',
  daysBody: 'Was die Modelle nach Listenpreisen kosten, in Tagen nach UTC. Ein Modell ohne bekannten Preis kostet nichts. Die Zahlen bleiben, wenn Chats gelöscht werden.',
  peopleTitle: 'Nach Personen',
  peopleBody: 'Für wen Modelle gearbeitet haben, die teuersten zuerst.',
  modelsTitle: 'Nach Modellen',
  modelsBody: 'Welche Modelle gearbeitet haben, die teuersten zuerst.',
  range: 'Tage',
  lastDays: (days) => `Letzte ${days} Tage`,
  none: 'In diesen Tagen hat kein Modell gearbeitet.',
  tokens: (count) => `${compact(count)} Token`,
  turns: (count) => plural(count, 'Antwort', 'Antworten'),
  total: (money, turns, tokens) => `Insgesamt ${money} für ${turns} und ${tokens}`,
  chart: (highest) => `Jeder Tag: höchstens ${highest}`,
  pages: 'Verwaltung',
  general: 'Personen und Einstellungen',
};
