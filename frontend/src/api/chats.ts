import { queryOptions, useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { words } from '../words';
import { create, request } from './client';
import { isActive } from './runState';
import type { AddedMessage, ApprovalPolicy, Chat, ChatWithHistory, NewMessage } from './types';

export const chatsQuery = queryOptions({
  queryKey: ['chats'],
  queryFn: () => request<Chat[]>('GET', '/chats/'),
  // The open chat's event stream reports its own changes; those of the other chats are polled.
  refetchInterval: (query) => (query.state.data?.some((chat) => isActive(chat.run_state)) ? 3000 : 20_000),
});

export const chatQuery = (chatId: string) =>
  queryOptions({
    queryKey: ['chats', chatId],
    queryFn: () => request<ChatWithHistory>('GET', `/chats/${chatId}`),
  });

/** The title of a chat, from the list of chats until the chat itself is there. */
export function useChatTitle(chatId: string): string {
  const { data: chat } = useQuery(chatQuery(chatId));
  const { data: listed } = useQuery({ ...chatsQuery, select: (chats) => chats.find((chat) => chat.id === chatId)?.title });
  return (chat?.title ?? listed) || words.chats.untitled;
}

export const refreshChats = (client: QueryClient) => void client.invalidateQueries({ queryKey: chatsQuery.queryKey, exact: true });

export const createChat = () => create<Chat>('/chats/', { initial_message: null, initial_role: 'user' });

/** Creates a chat that begins with everything in this one up to a message. */
export const forkChat = (chatId: string, messageId: string) => create<ChatWithHistory>(`/chats/${chatId}/fork`, { message_id: messageId });

export const sendMessage = (chatId: string, message: NewMessage, key: string) => create<AddedMessage>(`/chats/${chatId}/history`, message, key);

export function useRenameChat(chatId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (title: string) => request<Chat>('PATCH', `/chats/${chatId}`, { title }),
    onSettled: () => client.invalidateQueries({ queryKey: ['chats'] }),
  });
}

/** Sets the approval policy of a chat; null follows the person's default. */
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
