import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { API, isUnreachable, request } from './client';
import type { Control, Desktop } from './types';

export const desktopQuery = (chatId: string) =>
  queryOptions({
    queryKey: ['desktop', chatId],
    queryFn: () => request<Desktop>('GET', `/chats/${chatId}/desktop`),
    // The chat's events keep it fresh.
    staleTime: Infinity,
  });

/** The desktop of a chat. Opening the chat starts it; `connected` tells whether the chat's events arrive. */
export function useDesktop(chatId: string, connected: boolean) {
  const client = useQueryClient();
  const { data: desktop } = useQuery(desktopQuery(chatId));
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => request<Desktop>('POST', `/chats/${chatId}/desktop`),
    onSuccess: (started) => client.setQueryData(desktopQuery(chatId).queryKey, started),
  });
  useEffect(() => mutate(), [mutate]);
  const startAgain = useEffectEvent(() => isUnreachable(error) && mutate());
  useEffect(() => {
    if (connected) startAgain();
  }, [connected]);
  return { desktop, start: mutate, starting: isPending, error };
}

const controlPath = (chatId: string) => `/chats/${chatId}/desktop/control`;

export const takeControl = (chatId: string) => request<Control>('POST', controlPath(chatId));

/** Gives control back, even while the page is being closed. If the request is lost, the lease expires by itself. */
export const releaseControl = (chatId: string, lease: string) =>
  void fetch(`${API}${controlPath(chatId)}?lease=${lease}`, { method: 'DELETE', keepalive: true }).catch(() => undefined);
