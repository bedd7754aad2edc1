import type { Catalogue } from '../catalogue';
import { compact, plural } from '../format';

export const usage: Catalogue['usage'] = {
  title: 'Uso',
  daysTitle: 'Por dia',
  daysBody: 'Quanto os modelos custam pelos preços de tabela, em dias UTC. Um modelo sem preço conhecido não custa nada. Os números permanecem quando conversas são excluídas.',
  peopleTitle: 'Por pessoa',
  peopleBody: 'Para quem os modelos trabalharam, do maior custo ao menor.',
  modelsTitle: 'Por modelo',
  modelsBody: 'Quais modelos trabalharam, do maior custo ao menor.',
  range: 'Dias',
  lastDays: (days) => `Últimos ${days} dias`,
  none: 'Nenhum modelo trabalhou nestes dias.',
  tokens: (count) => `${compact(count)} tokens`,
  turns: (count) => plural(count, 'resposta', 'respostas'),
  total: (money, turns, tokens) => `${money} no total, por ${turns} e ${tokens}`,
  chart: (highest) => `Cada dia: no máximo ${highest}`,
  pages: 'Administração',
  general: 'Pessoas e configurações',
};
