import type { Catalogue } from '../catalogue';
import { percent } from '../format';

export const files: Catalogue['files'] = {
  title: 'Arquivos',
  none: 'Nenhum arquivo ainda',
  noneHint: 'Aqui aparecem os arquivos salvos em Outputs ou Downloads e os que você anexa.',
  download: 'Baixar',
  downloadAll: 'Baixar tudo',
  fromYou: 'Enviado por você',
  fromDesktop: 'Da área de trabalho',
  reallyIs: (type) => `na verdade ${type}`,
  close: 'Fechar arquivos',
  savedFiles: 'Arquivos salvos',
  ofChat: 'Desta conversa',
  home: 'Na área de trabalho',
  views: 'Quais arquivos',
};

export const link: Catalogue['link'] = {
  label: 'Link',
  copy: 'Copiar link',
  copied: 'Copiado',
  copyFailed: 'Selecione o link e copie-o.',
};

export const share: Catalogue['share'] = {
  share: (name) => `Compartilhar ${name}`,
  title: (name) => `Compartilhar ${name}`,
  body: 'Quem tem o link pode baixar o arquivo sem uma conta, até ele expirar.',
  validFor: 'Válido por',
  durations: { 3600: 'uma hora', 86_400: 'um dia', 604_800: 'uma semana', 2_592_000: '30 dias' },
  create: 'Criar link',
  until: (time) => `Funciona até ${time} e enquanto o arquivo estiver aqui.`,
  end: 'Encerrar todos os links deste arquivo',
  ended: 'Todos os links deste arquivo foram encerrados.',
};

export const home: Catalogue['home'] = {
  root: 'Início',
  path: 'Pasta',
  empty: 'Esta pasta está vazia',
  dropHint: 'Solte arquivos aqui para colocá-los na área de trabalho.',
  dropNow: 'Solte para enviar para cá',
  upload: 'Enviar arquivos',
  refresh: 'Atualizar',
  hidden: 'Mostrar arquivos ocultos',
  more: 'Mostrar mais',
  openFolder: 'Abrir pasta',
  link: 'Link',
  special: 'Arquivo especial',
  uploading: (name, share) => `${name}: ${percent(share)}`,
  uploaded: (name) => `${name} está na área de trabalho`,
  exists: (name) => `Já existe um arquivo chamado ${name}.`,
  replace: 'Substituir',
  dismiss: 'Dispensar',
};
