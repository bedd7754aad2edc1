import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { words } from '../words';
import { create, request, requestPage, type Page } from './client';
import { isActive } from './runState';
import type { AddedMessage, ApprovalPolicy, Chat, ChatEvent, ChatWithHistory, NewMessage } from './types';

/** The number of chats in a page of the list. */
const PAGE = 100;

/** The chats whose title contains a text, most recently active first. */
export const chatsQuery = (title = '') =>
  infiniteQueryOptions({
    queryKey: [...LISTS, title],
    queryFn: ({ pageParam }) => requestPage<Chat>('/chats', pageParam),
    initialPageParam: `?${new URLSearchParams({ limit: `${PAGE}`, ...(title && { title }) })}`,
    getNextPageParam: (page) => page.next,
    select: chatsIn,
    // The open chat's event stream reports its own changes; those of the other chats are polled.
    refetchInterval: ({ state: { data } }) => (data && chatsIn(data).some((chat) => isActive(chat.run_state)) ? 3000 : 20_000),
  });

const LISTS = ['chats', 'list'];

const chatsIn = ({ pages }: InfiniteData<Page<Chat>>): Chat[] => pages.flatMap((page) => page.items);

export const chatQuery = (chatId: string) =>
  queryOptions({
    queryKey: ['chats', chatId],
    // The messages come with the events.
    queryFn: () => request<ChatWithHistory>('GET', `/chats/${chatId}?limit=0`),
  });

/** The title of a chat, from the list of chats until the chat itself is there. */
export function useChatTitle(chatId: string): string {
  const { data: chat } = useQuery(chatQuery(chatId));
  const { data: listed } = useInfiniteQuery({ ...chatsQuery(), select: (data) => chatsIn(data).find((chat) => chat.id === chatId)?.title });
  return (chat?.title ?? listed) || words.chats.untitled;
}

export const refreshChats = (client: QueryClient) => void client.invalidateQueries({ queryKey: LISTS });

/** Events before a number, oldest first; all there are before them are in the next page. */
export const earlierEvents = (chatId: string, before: number) => requestPage<ChatEvent>(`/chats/${chatId}/log`, `?before=${before}`);

/** A chat in which nothing has been asked yet, and which has no title. */
export async function findEmptyChat(): Promise<Chat | undefined> {
  const { items } = await requestPage<Chat>('/chats', `?limit=${PAGE}`);
  return items.find((chat) => !chat.run_state && !chat.title);
}

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
      client.setQueriesData({ queryKey: LISTS }, (data: InfiniteData<Page<Chat>> | undefined) => data && without(data, chatId));
    },
  });
}

const without = ({ pages, ...rest }: InfiniteData<Page<Chat>>, chatId: string): InfiniteData<Page<Chat>> => ({
  ...rest,
  pages: pages.map((page) => ({ ...page, items: page.items.filter((chat) => chat.id !== chatId) })),
});
