import type { Catalogue } from '../catalogue';

export const runs: Catalogue['runs'] = {
  title: 'Tarefas',
  listTitle: 'Tarefas de todas as pessoas',
  listBody: 'O que está em andamento ou na espera, ou o que terminou. As conversas continuam privadas: o conteúdo não aparece aqui.',
  filter: 'Quais tarefas',
  filters: { unfinished: 'Não terminadas', ended: 'Terminadas' },
  none: 'Não há nenhuma.',
  states: {
    queued: 'Espera na fila',
    running: 'Em andamento',
    awaiting_approval: 'Espera uma aprovação',
    awaiting_human: 'Espera uma resposta',
    paused: 'Em pausa',
    succeeded: 'Concluída',
    failed: 'Falhou',
    cancelled: 'Cancelada',
    limit_reached: 'Atingiu um limite',
  },
  since: (date) => `desde ${date}`,
  at: (date, duration) => `${date}, durou ${duration}`,
  cancel: 'Cancelar tarefa',
  cancelLabel: (name) => `Cancelar a tarefa de ${name}`,
  cancelTitle: (name) => `Cancelar a tarefa de ${name}?`,
  cancelBody: 'Ela termina com a ação que está em andamento. A conversa e a área de trabalho são mantidas.',
  back: 'Manter',
  more: 'Mais tarefas',
};
