import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { chatQuery } from './chats';
import { ApiError, request } from './client';
import { PROBLEM_CODES } from './codes';
import { chatCostQuery } from './costs';
import { siteSettingsQuery } from './people';
import { meQuery } from './session';
import type { Chat, ChatWithHistory, ModelChoice, ModelConnection, ModelConnectionChanges, ModelList, NewModelConnection, User } from './types';

/** Whose model connections: the person's own, or those of the installation, which superusers set up for everybody. */
export type Owner = 'person' | 'installation';

const PATHS: Record<Owner, string> = {
  person: '/users/me/model-connections',
  installation: '/admin/model-connections',
};

/** The models that the person may use. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: () => request<ModelList>('GET', '/models'),
});

/** Model connections, in the order in which they were made. */
export const connectionsQuery = (owner: Owner) =>
  queryOptions({
    queryKey: ['model-connections', owner],
    queryFn: () => request<ModelConnection[]>('GET', PATHS[owner]),
  });

/** Changes something about the connections, after which they, and the models, are read again. */
function useChange<Input, Answer>(owner: Owner, change: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all([client.invalidateQueries(connectionsQuery(owner)), client.invalidateQueries(modelsQuery)]),
    // Keys of one's own may have been forbidden meanwhile.
    onError: () => void client.invalidateQueries(modelsQuery),
  });
}

export const useCreateConnection = (owner: Owner) =>
  useChange(owner, (connection: NewModelConnection) => request<ModelConnection>('POST', PATHS[owner], connection));

export const useChangeConnection = (owner: Owner, id: string) =>
  useChange(owner, (changes: ModelConnectionChanges) => request<ModelConnection>('PATCH', `${PATHS[owner]}/${id}`, changes));

/** Asks the server of a connection for its models. */
export const useCheckConnection = (owner: Owner, id: string) =>
  useChange(owner, () => request<ModelConnection>('POST', `${PATHS[owner]}/${id}/check`));

/** Sets the models that go on where the chosen one can't; null: those of the installation. */
export function useSetFallbacks() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (model_fallbacks: ModelChoice[] | null) => request<User>('PATCH', '/users/me', { model_fallbacks }),
    onSuccess: (user) => client.setQueryData(meQuery.queryKey, user),
  });
}

/** Deletes a connection. Whoever has one of its models as their default gets that of the installation. */
export function useDeleteConnection(owner: Owner, id: string) {
  const client = useQueryClient();
  return useChange(owner, async () => {
    await request<void>('DELETE', `${PATHS[owner]}/${id}`);
    await Promise.all([client.invalidateQueries(meQuery), owner === 'installation' && client.invalidateQueries(siteSettingsQuery)]);
  });
}

/** Whether a connection may be saved although its check failed: the server may be down. What is wrong in the form itself has to be mended. */
export const canSaveAnyway = (error: unknown): boolean =>
  error instanceof ApiError &&
  ((error.status === 422 && !error.code.startsWith('connection_')) || (error.status === 503 && error.code === PROBLEM_CODES.modelsUnavailable));

/** Sets the model of a chat; null follows the person's default. */
export function useSetChatModel(chatId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (model_choice: ModelChoice | null) => request<Chat>('PATCH', `/chats/${chatId}`, { model_choice }),
    onSuccess: ({ model_choice }) => {
      client.setQueryData(chatQuery(chatId).queryKey, (chat: ChatWithHistory | undefined) => chat && { ...chat, model_choice });
      // Another model has another price.
      void client.invalidateQueries(chatCostQuery(chatId));
    },
  });
}

/** Sets the model of all chats that have none of their own; null follows the installation. */
export function useSetDefaultModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (model_choice: ModelChoice | null) => request<User>('PATCH', '/users/me', { model_choice }),
    onSuccess: (user) => {
      client.setQueryData(meQuery.queryKey, user);
      return client.invalidateQueries(modelsQuery);
    },
  });
}
