import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { create, request } from './client';
import type { ApprovalPolicy, Chat, ChatWithHistory } from './types';
import { isActive } from '../timeline/timeline';

export const chatsQuery = queryOptions({
  queryKey: ['chats'],
  queryFn: () => request<Chat[]>('GET', '/chats/'),
  // The open chat announces its changes itself; the others are looked after.
  refetchInterval: (query) => (query.state.data?.some((chat) => isActive(chat.run_state)) ? 3000 : 20_000),
});

export const chatQuery = (chatId: string) =>
  queryOptions({
    queryKey: ['chats', chatId],
    queryFn: () => request<ChatWithHistory>('GET', `/chats/${chatId}`),
  });

/** A chat in which nothing has been asked yet: used again rather than making another. */
export const untouched = (chats: Chat[] | undefined) => chats?.find((chat) => !chat.run_state);

/** Goes to an empty chat, making one if there is none. */
export function useNewChat() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      const chats = await client.fetchQuery({ ...chatsQuery, staleTime: 0 });
      return untouched(chats) ?? (await create<Chat>('/chats/', { initial_message: null, initial_role: 'user' }));
    },
    onSuccess: async (chat) => {
      void client.invalidateQueries({ queryKey: chatsQuery.queryKey, exact: true });
      await navigate({ to: '/chats/$chatId', params: { chatId: chat.id } });
    },
  });
}

export function useRenameChat(chatId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (title: string) => request<Chat>('PATCH', `/chats/${chatId}`, { title }),
    onSettled: () => client.invalidateQueries({ queryKey: ['chats'] }),
  });
}

/** Goes to another chat that begins with all that was said in this one up to a message. */
export function useFork(chatId: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (messageId: string) => create<ChatWithHistory>(`/chats/${chatId}/fork`, { message_id: messageId }),
    onSuccess: async (chat) => {
      void client.invalidateQueries({ queryKey: chatsQuery.queryKey, exact: true });
      await navigate({ to: '/chats/$chatId', params: { chatId: chat.id } });
    },
  });
}

/** Says what needs the person's word in a chat; null: what they set for all chats. */
export function useSetPolicy(chatId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (approval: ApprovalPolicy | null) => request<Chat>('PATCH', `/chats/${chatId}`, { approval }),
    onSuccess: ({ approval }) =>
      client.setQueryData(chatQuery(chatId).queryKey, (chat: ChatWithHistory | undefined) => chat && { ...chat, approval }),
  });
}

export function useDeleteChat(chatId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('DELETE', `/chats/${chatId}`),
    onSuccess: () => {
      client.setQueryData(chatsQuery.queryKey, (chats) => chats?.filter((chat) => chat.id !== chatId));
    },
  });
}
