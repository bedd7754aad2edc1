import type { Catalogue } from '../catalogue';

export const conversation: Catalogue['conversation'] = {
  label: 'Conversa',
  timeline: 'Mensagens e etapas',
  emptyTitle: 'O que devo fazer neste computador?',
  emptyBody: 'Ele tem um navegador, um terminal, um editor de texto e um gerenciador de arquivos. Você pode acompanhar cada etapa e assumir o controle a qualquer momento.',
  examples: 'Exemplos',
  taskDone: 'Concluída',
  taskOpen: 'Pendente',
  toEnd: 'Ir para o mais recente',
  toWaiting: (name) => `${name} está esperando você`,
  earlier: 'Mostrar anteriores',
  cut: 'As etapas anteriores não estão carregadas.',
  lost: 'Conexão perdida. Reconectando…',
};
