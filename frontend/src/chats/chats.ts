import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { request } from '../api/client';
import type { Chat, ChatWithHistory } from '../api/types';
import { isActive } from '../conversation/timeline';

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
      return untouched(chats) ?? (await request<Chat>('POST', '/chats/', { initial_message: null, initial_role: 'user' }));
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

export function useDeleteChat(chatId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('DELETE', `/chats/${chatId}`),
    onSuccess: () => {
      client.setQueryData(chatsQuery.queryKey, (chats) => chats?.filter((chat) => chat.id !== chatId));
    },
  });
}
