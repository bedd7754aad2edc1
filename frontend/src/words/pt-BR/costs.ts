import type { Catalogue } from '../catalogue';

export const costs: Catalogue['costs'] = {
  soFar: (amount) => `Esta conversa custou ${amount} até agora, a preços de tabela.`,
  left: (amount, budget) => `Restam ${amount}: ${budget}.`,
  estimate: (step, steps, run) => `Cerca de ${step} pelo próximo passo e ${run} por uma tarefa de ${steps} passos.`,
  fromTurns: 'Pelo que mostram os últimos passos desta conversa.',
  fromUsual: 'Pelo que as tarefas costumam usar.',
  unpriced: (model) =>
    `Ninguém sabe quanto custa ${model} e há um limite de custo; por isso as mensagens são recusadas. Escolha outro modelo, peça a um administrador que defina o preço ou remova o limite.`,
  chatLimitsItem: 'Limites…',
  chatLimits: 'Limites desta conversa',
  chatLimitsBody: 'Valem com qualquer modelo e seja quem for que pague: para custos imediatamente, para passos e minutos a partir da próxima mensagem. Vazio: a conversa não tem esse limite próprio.',
  chatLimitNames: {
    max_cost_usd: 'Conversa inteira, em dólares',
    max_turns: 'Passos de cada tarefa',
    max_minutes: 'Minutos de cada tarefa',
  },
  ofChat: 'limite desta conversa',
  budgets: {
    own: { run: 'seu próprio limite por tarefa', chat: 'seu próprio limite por conversa', day: 'seu próprio limite por dia', month: 'seu próprio limite por mês' },
    person: { run: 'limite por tarefa', chat: 'limite por conversa', day: 'seu limite por dia', month: 'seu limite por mês' },
    everybody: { run: 'limite por tarefa', chat: 'limite por conversa', day: 'limite de todos por dia', month: 'limite de todos por mês' },
  },
  title: 'Limites',
  ownTitle: 'Seus próprios limites',
  ownBody: 'Quanto você permite que os modelos custem, em dólares a preços de tabela, também com chaves próprias. O passo que esgota um limite é o último da sua tarefa. Vazio: o que os administradores definiram, em cinza.',
  ownNames: {
    dollars_per_run: 'Cada tarefa',
    dollars_per_chat: 'Cada conversa',
    dollars_per_day: 'Por dia (UTC)',
    dollars_per_month: 'Por mês (UTC)',
  },
  usedTitle: 'Todos os limites de custo',
  usedBody: 'Quanto já foi gasto de cada um. Os dos administradores não contam o que você paga com chaves próprias.',
  none: 'Não há nenhum.',
};
