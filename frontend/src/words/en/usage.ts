import { compact, plural } from '../format';

export const usage = {
  title: 'Usage',
  daysTitle: 'By day',
  daysBody: 'What the models cost at list prices, in days of UTC. A model without a known price costs nothing. It stays when chats are deleted.',
  peopleTitle: 'By person',
  peopleBody: 'For whom models worked, the most expensive first.',
  modelsTitle: 'By model',
  modelsBody: 'Which models worked, the most expensive first.',
  range: 'Days',
  lastDays: (days: number) => `Last ${days} days`,
  none: 'No model has worked in these days.',
  tokens: (count: number) => `${compact(count)} tokens`,
  turns: (count: number) => plural(count, 'turn', 'turns'),
  total: (money: string, turns: string, tokens: string) => `${money} in all, for ${turns} and ${tokens}`,
  chart: (highest: string) => `Each day: at most ${highest}`,
  pages: 'Administration',
  general: 'People and settings',
};
