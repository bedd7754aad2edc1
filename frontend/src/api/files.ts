import { queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { StoredFile } from './types';

/** The files of a chat: attachments, and files saved to Outputs or Downloads. */
export const filesQuery = (chatId: string) =>
  queryOptions({
    queryKey: ['files', chatId],
    queryFn: () => request<StoredFile[]>('GET', `/chats/${chatId}/files`),
  });
