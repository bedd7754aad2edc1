import type { Catalogue } from '../catalogue';

export const shell: Catalogue['shell'] = {
  openSidebar: 'Abrir barra lateral',
  collapseSidebar: 'Recolher barra lateral',
  expandSidebar: 'Expandir barra lateral',
  language: 'Idioma',
  theme: 'Tema',
  themes: { system: 'Sistema', light: 'Claro', dark: 'Escuro' },
  userMenu: 'Menu da conta',
  palette: 'Comandos',
  paletteHint: 'Buscar conversas e ações',
  paletteNone: 'Nenhum resultado',
  paletteActions: 'Ações',
  paletteChats: 'Conversas',
  close: 'Fechar',
  cancel: 'Cancelar',
  loading: 'Carregando…',
  skip: 'Ir para o conteúdo',
};

export const shortcuts: Catalogue['shortcuts'] = {
  title: 'Atalhos de teclado',
  send: 'Enviar',
  break: 'Nova linha',
  stop: 'Parar (pressione duas vezes)',
  palette: 'Busca e comandos',
  newChat: 'Nova conversa',
  sidebar: 'Recolher ou expandir a barra lateral',
  show: 'Mostrar atalhos',
  fullScreen: 'Tela cheia (área de trabalho)',
  film: 'Etapa anterior ou seguinte (sequência)',
  leave: 'Liberar o teclado (no controle)',
  waiting: 'Ir para a pergunta pendente (campo vazio)',
};
