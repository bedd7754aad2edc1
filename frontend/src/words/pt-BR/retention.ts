import type { Catalogue } from '../catalogue';
import { plural } from '../format';

export const retention: Catalogue['retention'] = {
  title: 'Retenção',
  periodsTitle: 'Por quanto tempo as coisas são mantidas',
  periodsBody: 'O que não é mais mantido é excluído toda noite e não pode ser recuperado. As conversas são excluídas com a área de trabalho e os arquivos; se houver demais, as que estão há mais tempo sem uso. Vazio: o valor em cinza.',
  names: {
    chats_days: 'Conversas, em dias após o último uso',
    chats_per_person: 'Número de conversas de cada pessoa',
    audit_days: 'Registro de auditoria, em dias',
    internet_log_days: 'Acessos das áreas de trabalho, em dias',
  },
  nextTitle: 'Próxima exclusão',
  next: (date, what) => `Em ${date}: ${what}, se nada for usado ou alterado até lá.`,
  nothing: 'nada',
  chats: (count) => plural(count, 'conversa', 'conversas'),
  auditEntries: (count) => plural(count, 'registro de auditoria', 'registros de auditoria'),
  internetRequests: (count) => plural(count, 'acesso de área de trabalho', 'acessos de áreas de trabalho'),
  sweepsTitle: 'Últimas exclusões',
  noSweeps: 'Ainda não houve nenhuma.',
  underWay: 'em andamento',
};
