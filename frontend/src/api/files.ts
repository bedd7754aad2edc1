import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { StoredFile } from './types';

/** The files of a chat: what was attached, and what landed in Outputs or Downloads. */
export const filesQuery = (chatId: string) =>
  queryOptions({
    queryKey: ['files', chatId],
    queryFn: () => request<StoredFile[]>('GET', `/chats/${chatId}/files`),
  });
