import type { Catalogue } from '../catalogue';

export const settings: Catalogue['settings'] = {
  title: 'Configurações',
  approvalTitle: 'Aprovação',
  approvalBody: (name) =>
    `Antes de quais etapas ${name} deve perguntar, a menos que a conversa tenha sua própria configuração. Olhar a tela e esperar nunca precisam de aprovação.`,
  askBefore: 'Pedir aprovação',
  some: 'Somente antes de…',
  localeTitle: 'Fuso horário e idioma',
  localeBody: (name) =>
    `O relógio, os programas e as páginas da web nas suas áreas de trabalho os usam, e ${name} fica sabendo deles. Uma alteração vale ali a partir da sua próxima mensagem; os programas abertos mantêm o que têm. O próprio Deskhand muda de idioma na hora.`,
  timeZone: 'Fuso horário',
  language: 'Idioma',
  translated: 'Área de trabalho e o próprio Deskhand',
  desktopOnly: 'Somente a área de trabalho',
  byBrowser: (name) => `Como diz este navegador (${name})`,
  themeTitle: 'Aparência',
  themeBody: 'Como o Deskhand aparece neste navegador.',
  usageTitle: 'O que você pode usar',
  usageBody: 'O que você usa disso. Um administrador pode aumentar um limite.',
  usageNames: {
    desktops: 'Áreas de trabalho ligadas',
    runs_today: 'Tarefas hoje (UTC)',
    disk_bytes: 'Arquivos e pastas pessoais',
    microdollars_this_month: 'Custo dos modelos neste mês',
  },
  usedOf: (used, limit) => `${used} de ${limit}`,
  saved: 'Salvo',
};
