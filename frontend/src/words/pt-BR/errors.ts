import type { Catalogue } from '../catalogue';

export const errors: Catalogue['errors'] = {
  unexpected: 'Algo deu errado nesta página. Recarregue-a e tente novamente.',
  server: (status) => `O servidor retornou um erro (${status}). Tente novamente em instantes.`,
  unreachable: 'Não foi possível acessar o Deskhand. Verifique se ele está em execução e se você está online.',
  unknownTitle: 'Página não encontrada',
  unknownBody: 'Não há nada neste endereço. Verifique se ele está correto.',
  title: 'Não deu certo',
  retry: 'Tentar novamente',
  reload: 'Recarregar página',
};
