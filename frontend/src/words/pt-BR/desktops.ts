import type { Catalogue } from '../catalogue';
import { percent } from '../format';

export const desktops: Catalogue['desktops'] = {
  title: 'Áreas de trabalho',
  runningTitle: 'Áreas de trabalho ligadas',
  runningBody: 'As áreas de trabalho ligadas agora e o que seus programas consomem. As imagens têm alguns segundos.',
  none: 'Nenhuma área de trabalho ligada.',
  screenOf: (name) => `Tela da área de trabalho de ${name}`,
  noScreen: 'Sem imagem',
  states: { creating: 'Iniciando', ready: 'Pronta', paused: 'Em pausa', stopped: 'Desligada', removed: 'Removida', failed: 'Falhou' },
  since: (state, date) => `${state} desde ${date}`,
  memory: (bytes) => `${bytes} de memória`,
  processor: (share) => `${percent(share)} de um processador`,
  home: (bytes) => `${bytes} de arquivos`,
  stop: 'Parar',
  stopLabel: (name) => `Parar a área de trabalho de ${name}`,
  stopTitle: (name) => `Parar a área de trabalho de ${name}?`,
  stopBody: 'Os programas são encerrados e a tarefa é cancelada. A pasta pessoal é mantida; a próxima mensagem inicia a área de trabalho de novo.',
  cancel: 'Cancelar',
  more: 'Mais áreas de trabalho',
};
