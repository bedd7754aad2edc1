import type { Catalogue } from '../catalogue';
import { verb } from './verb';

export const tools: Catalogue['tools'] = {
  asked: verb('Perguntou:', 'Perguntando:', 'Perguntar:'),
  invalid: verb('Não foi possível usar', 'Não foi possível usar', 'Não foi possível usar'),

  screenshot: verb('Capturou a tela', 'Capturando a tela', 'Capturar a tela'),
  zoomed: verb('Ampliou', 'Ampliando', 'Ampliar'),
  moved: verb('Moveu o ponteiro para', 'Movendo o ponteiro para', 'Mover o ponteiro para'),
  buttonHeld: verb('Segurou o botão do mouse', 'Segurando o botão do mouse', 'Segurar o botão do mouse'),
  buttonReleased: verb('Soltou o botão do mouse', 'Soltando o botão do mouse', 'Soltar o botão do mouse'),
  pointerChecked: verb('Verificou a posição do ponteiro', 'Verificando a posição do ponteiro', 'Verificar a posição do ponteiro'),
  keyHeld: verb('Segurou', 'Segurando', 'Segurar'),
  heldFor: (chord, time) => `${chord} por ${time}`,
  waited: verb('Esperou', 'Esperando', 'Esperar'),
  here: 'aqui',
  typeThis: 'digitar isto',
  moveHere: 'mover o ponteiro para cá',
  dragHere: 'arrastar até aqui',
  scrollHere: (direction) => `rolar ${direction} aqui`,

  ran: verb('Executou', 'Executando', 'Executar'),
  shellRestarted: verb('Reiniciou o shell', 'Reiniciando o shell', 'Reiniciar o shell'),
  runThis: 'executar este comando',

  edited: {
    view: verb('Leu', 'Lendo', 'Ler'),
    create: verb('Gravou', 'Gravando', 'Gravar'),
    str_replace: verb('Editou', 'Editando', 'Editar'),
    insert: verb('Editou', 'Editando', 'Editar'),
    undo_edit: verb('Desfez a última edição em', 'Desfazendo a última edição em', 'Desfazer a última edição em'),
  },
  thisFile: 'este arquivo',
  replacedWith: 'Substituído por',

  opened: verb('Abriu', 'Abrindo', 'Abrir'),
  apps: {
    terminal: 'o terminal',
    browser: 'o navegador',
    text_editor: 'o editor de texto',
    file_manager: 'o gerenciador de arquivos',
  },
  openedIn: (what, app) => `${what} com ${app}`,
  openThisIn: (app) => `abrir isto com ${app}`,
};
