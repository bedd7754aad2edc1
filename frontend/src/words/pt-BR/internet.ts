import type { Catalogue } from '../catalogue';

export const internet: Catalogue['internet'] = {
  title: 'Internet',
  policyTitle: 'O que as áreas de trabalho podem acessar',
  policyBody: 'Vale imediatamente para todas as áreas de trabalho. Uma conversa pode ser mais restrita. Redes privadas nunca são acessíveis.',
  policy: 'As áreas de trabalho podem acessar',
  modes: { all: 'Toda a internet', listed: 'Só servidores web com estes nomes', none: 'Nada' },
  names: 'Nomes',
  namesHint: 'Um nome por linha, como example.com, ou *.example.com para todos abaixo dele',
  unenforced: 'As áreas de trabalho não estão isoladas (--uncontained) e acessam o que este servidor acessa. Por isso só é possível escolher toda a internet.',
  logTitle: 'Acessos das áreas de trabalho',
  logBody: 'O que as áreas de trabalho pediram ao proxy, os mais recentes primeiro. Com toda a internet liberada, programas em contêineres podem contorná-lo.',
  refusedOnly: 'Só acessos recusados',
  host: 'Nome do servidor',
  none: 'Não há nenhum.',
  refused: 'Recusado',
  more: 'Mais acessos',
};
