import type { Catalogue } from '../catalogue';
import { percent } from '../format';

export const composer: Catalogue['composer'] = {
  placeholder: (name) => `Peça algo a ${name}`,
  placeholderDemo: 'Teste um comando da demo',
  placeholderFollowUp: 'Escreva como continuar',
  placeholderWaiting: (name) => `Ou peça outra coisa a ${name}`,
  message: 'Mensagem',
  send: 'Enviar',
  stop: 'Parar',
  escAgain: 'Pressione Esc de novo para parar',
  attach: 'Anexar arquivos',
  dropHere: 'Solte arquivos para anexá-los',
  removeFile: (name) => `Remover ${name}`,
  tooLarge: (limit) => `Maior que o limite de ${limit}`,
  uploading: (share) => percent(share),
  uploadsPending: 'Aguardando os envios',
  sayWhat: 'Diga o que fazer com estes arquivos',
  unseen: 'O modelo não vê imagens',
  waitingHint: '↑ responder',
  pause: 'Pausar',
  pausing: 'Pausando após esta etapa. Clique para cancelar',
  resume: 'Retomar',
};
