import { queryOptions, useMutation } from '@tanstack/react-query';
import { request } from './client';
import type { Link, StoredFile } from './types';

/** The files of a chat: attachments, and files saved to Outputs or Downloads. */
export const filesQuery = (chatId: string) =>
  queryOptions({
    queryKey: ['files', chatId],
    queryFn: () => request<StoredFile[]>('GET', `/chats/${chatId}/files`),
  });

/** Makes a link by which anybody can download a file. */
export const useCreateLink = (fileId: string) =>
  useMutation({ mutationFn: (seconds: number) => request<Link>('POST', `/files/${fileId}/links`, { expires_in: seconds }) });

/** Ends all links to a file. */
export const useEndLinks = (fileId: string) =>
  useMutation({ mutationFn: () => request<void>('DELETE', `/files/${fileId}/links`) });
