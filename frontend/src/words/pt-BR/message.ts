import type { Catalogue } from '../catalogue';
import { plural } from '../format';

export const message: Catalogue['message'] = {
  queued: 'Na fila',
  withdraw: 'Cancelar',
  withdrawn: (name) => `Cancelada. ${name} não a verá.`,
  sending: 'Enviando…',
  notSent: 'Não enviada',
  unanswered: 'A página foi fechada antes que o Deskhand respondesse.',
  waits: 'Será enviada quando a conexão voltar.',
  discard: 'Descartar',
  actions: 'Ações da mensagem',
  edit: 'Editar e executar de novo',
  editing: 'Editar mensagem',
  editSend: 'Executar de novo',
  editHint: 'Substitui esta mensagem. O que já mudou na área de trabalho permanece.',
  fork: 'Criar ramificação daqui',
  replaced: 'Mensagem substituída',
  replacedMany: (count) => plural(count, 'mensagem substituída', 'mensagens substituídas'),
  you: 'Você',
  copy: 'Copiar',
  copied: 'Copiado',
  notCopied: 'Seu navegador não permitiu copiar. Selecione o texto e copie-o.',
};
