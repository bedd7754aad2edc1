import type { Catalogue } from '../catalogue';
import { firstSentence, plural } from '../format';

export const steps: Catalogue['steps'] = {
  pausingNow: 'Pausando após esta etapa',
  thinking: 'Pensando',
  thoughtFor: (time) => `Pensou por ${time}`,
  thought: 'Pensou',
  working: 'Trabalhando',
  reading: 'Aguardando o modelo, que ainda está lendo',
  starting: 'Preparando',
  retrying: (reason, seconds) =>
    `${firstSentence(reason)} ${seconds > 0 ? `Nova tentativa em ${plural(seconds, 'segundo', 'segundos')}…` : 'Tentando novamente…'}`,
  count: (count, time) => [plural(count, 'etapa', 'etapas'), time].filter(Boolean).join(' · '),
  failedCount: (count) => plural(count, 'falhou', 'falharam'),
  showScreen: 'Mostrar a tela após esta etapa',
  moreLines: (count) => `Mostrar todas as ${count} linhas`,
  fewerLines: 'Mostrar menos',
  failed: 'Falhou',
  notAfterFailed: 'Ignorada: uma etapa anterior falhou',
  notAfterDenied: 'Ignorada: uma etapa anterior foi recusada',
  notReached: 'Não iniciada',
  interrupted: 'Interrompida. Pode não ter terminado.',
  inProgress: 'Em andamento',
  notices: {
    desktop_replaced: 'A área de trabalho foi reiniciada. Os aplicativos abertos foram fechados.',
    upload_not_delivered: 'Não foi possível gravar um arquivo na área de trabalho.',
    upload_not_shown: 'O modelo não vê um arquivo.',
    output_not_collected: 'Um arquivo ficou somente na área de trabalho.',
  },
};

export const takeover: Catalogue['takeover'] = {
  title: 'Você assumiu o controle',
  nothing: 'nenhuma ação',
  unknown: 'a área de trabalho não existe mais, então suas ações são desconhecidas',
  leftOut: (count) => plural(count, 'etapa anterior não exibida', 'etapas anteriores não exibidas'),
  steps: (count) => plural(count, 'etapa', 'etapas'),
  typed: (count) => `Digitou ${plural(count, 'caractere', 'caracteres')}`,
  copied: (count) => `Copiou ${plural(count, 'caractere', 'caracteres')} para a área de transferência`,
  screenAlt: 'A tela quando você devolveu o controle',
};
