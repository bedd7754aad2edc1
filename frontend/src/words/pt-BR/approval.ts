import type { Catalogue } from '../catalogue';
import { list, plural } from '../format';

/** In the middle of a sentence. */
const inside = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

export const approval: Catalogue['approval'] = {
  effects: {
    pointing: 'Usar o mouse',
    typing: 'Digitar',
    submitting: 'Pressionar Enter',
    shell: 'Executar comandos',
    editing: 'Gravar arquivos',
    navigating: 'Abrir aplicativos e sites',
  },
  title: (name, what) => `${name} pode ${what}?`,
  announced: (name, what) => `${name} precisa da sua aprovação: ${what}`,
  whyPolicy: 'Você escolheu aprovar este tipo de etapa.',
  whyVendor: (reason) =>
    reason ? `O provedor do modelo exige sua confirmação: ${reason}` : 'O provedor do modelo exige sua confirmação para esta etapa.',
  then: (count) => `${plural(count, 'outra etapa está', 'outras etapas estão')} aguardando.`,
  approve: 'Aprovar',
  deny: 'Recusar',
  denyLabel: 'O que fazer em vez disso? (opcional)',
  denySend: 'Recusar',
  back: 'Voltar',
  allow: 'Sempre permitir nesta conversa',
  allowHint: (effects) => `Aprovar e não perguntar mais nesta conversa antes de: ${list(effects.map(inside))}`,
  where: 'Onde na tela',
  approvedByYou: 'Você aprovou isto',
  approvedByOther: 'Outra pessoa aprovou isto',
  deniedByYou: 'Você recusou isto',
  deniedByOther: 'Outra pessoa recusou isto',
  because: (outcome, reason) => `${outcome}: “${reason}”`,
  awaited: 'Aguardando sua aprovação',
  notGiven: 'Não aprovado',
  denied: (count) => plural(count, 'recusada', 'recusadas'),
  chipLabel: (policy) => `Aprovação nesta conversa: ${policy}`,
  never: 'Executa sem perguntar',
  always: 'Pergunta antes de cada etapa',
  one: (effect) => `Pergunta antes de ${inside(effect)}`,
  some: (count) => `Pergunta antes de ${plural(count, 'tipo de etapa', 'tipos de etapa')}`,
  menuTitle: 'Pedir aprovação',
  menuKinds: 'Somente antes de',
  nothing: 'Nunca',
  everything: 'Antes de cada etapa',
  asDefault: (policy) => `Usar meu padrão (${inside(policy)})`,
};

export const question: Catalogue['question'] = {
  title: (name) => `${name} tem uma pergunta`,
  announced: (name, question) => `${name} pergunta: ${question}`,
  choices: 'Respostas sugeridas',
  label: 'Sua resposta',
  labelOther: 'Ou digite outra resposta',
  send: 'Responder',
  answered: 'Você respondeu',
  unanswered: 'Sem resposta',
};
