import type { Catalogue } from '../catalogue';
import { price } from '../format';

export const prices: Catalogue['prices'] = {
  title: 'Preços',
  body: 'Quanto os modelos custam, onde você sabe mais do que as tabelas dos fornecedores. Um preço vale para as tarefas que começam, ou continuam, depois de definido.',
  add: 'Definir um preço',
  none: 'Nenhum está definido: valem os das tabelas dos fornecedores.',
  unknown: (models) => `Sem preço conhecido: ${models}.`,
  unknownMore: (models, more) => `Sem preço conhecido: ${models} e mais ${more}.`,
  everyModel: 'todos os modelos sem preço próprio aqui',
  ofProvider: (model, provider) => `${model} (${provider})`,
  cache: (read, write) => `cache: ${price(read)} lido, ${price(write)} gravado`,
  changeNamed: (model) => `Alterar o preço de ${model}`,
  removeNamed: (model) => `Excluir o preço de ${model}`,
  removeTitle: (model) => `Excluir o preço de ${model}?`,
  removeBody: 'Volta a valer o que diz a tabela do fornecedor. Um modelo que não está em nenhuma tabela fica sem preço conhecido.',

  provider: 'Fornecedor',
  model: 'Modelo',
  modelHint: 'O identificador, como o fornecedor o escreve. * vale para todos os modelos do fornecedor que não têm preço próprio aqui.',
  unit: 'Em dólares por milhão de tokens.',
  input: 'Entrada',
  output: 'Saída, com raciocínio',
  cacheRead: 'Entrada lida do cache',
  cacheWrite: 'Entrada gravada no cache',
  asInput: 'Vazio: como a entrada.',
};
