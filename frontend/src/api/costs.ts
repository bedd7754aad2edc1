import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { chatQuery } from './chats';
import { request } from './client';
import type { Chat, ChatCost, ChatLimits, ChatWithHistory, OwnLimits, SpendingLimits } from './types';

/** What a chat has cost, what is left of its budgets, and what it will cost. */
export const chatCostQuery = (chatId: string) =>
  queryOptions({
    queryKey: ['chat-cost', chatId],
    queryFn: () => request<ChatCost>('GET', `/chats/${chatId}/cost`),
  });

/** What the person's runs may cost, and what was spent of it. */
export const spendingLimitsQuery = queryOptions({
  queryKey: ['spending-limits'],
  queryFn: () => request<SpendingLimits>('GET', '/users/me/limits'),
});

/** Sets all that the person lets their own runs cost. */
export function useSetOwnLimits() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (limits: OwnLimits) => request<SpendingLimits>('PUT', '/users/me/limits', limits),
    onSuccess: (limits) => {
      client.setQueryData(spendingLimitsQuery.queryKey, limits);
      return client.invalidateQueries({ queryKey: ['chat-cost'] });
    },
  });
}

/** Sets all limits of a chat. */
export function useSetChatLimits(chatId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (limits: ChatLimits) => request<Chat>('PATCH', `/chats/${chatId}`, { limits }),
    onSuccess: ({ limits }) => {
      client.setQueryData(chatQuery(chatId).queryKey, (chat: ChatWithHistory | undefined) => chat && { ...chat, limits });
      return client.invalidateQueries(chatCostQuery(chatId));
    },
  });
}
