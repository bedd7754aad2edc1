import type { Catalogue } from '../catalogue';
import { money, plural } from '../format';

export const outcomes: Catalogue['outcomes'] = {
  pausedTitle: 'Pausado',
  pausedBody: (name) => `${name} fica em pausa até você retomar.`,
  preempted: (name) => `Você está no controle. ${name} continua quando você devolver.`,
  resume: 'Retomar',
  resuming: 'Retomando…',
  stop: 'Parar',
  superseded: 'Você enviou uma mensagem em vez disso',
  forked: 'Ramificação de outra conversa. Esta conversa tem sua própria área de trabalho, nova.',
  runAgain: 'Executar de novo aqui',
  usage: (steps, time, money) => [steps > 0 ? plural(steps, 'etapa', 'etapas') : '', time, money].filter(Boolean).join(' · '),
  tokens: (count) => plural(count, 'token', 'tokens'),
  money: (microdollars) => (microdollars < 10_000 ? `menos de ${money(10_000)}` : money(microdollars)),
  failedTitle: 'Algo deu errado',
  failedBody: 'Tente novamente ou diga o que fazer de outra forma.',
  limitTitle: 'Limite atingido',
  limitBody: (name) => `${name} atingiu o limite de uma tarefa. Continue para prosseguir.`,
  cancelled: 'Parado',
  retry: 'Tentar novamente',
  continue: 'Continuar',
};
