import { infiniteQueryOptions } from '@tanstack/react-query';
import { request } from './client';
import { paths } from './paths';
import type { FolderPage } from './types';
import { send } from './upload';

/** What is in a folder of the desktop's home folder, in pages. `path` is relative to the home folder. */
export const folderQuery = (chatId: string, path: string) =>
  infiniteQueryOptions({
    queryKey: ['home', chatId, path],
    queryFn: ({ pageParam }) => {
      const query = new URLSearchParams({ path });
      if (pageParam !== null) query.set('after', pageParam);
      return request<FolderPage>('GET', `/chats/${chatId}/desktop/home?${query}`);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next ?? null,
    // The desktop's programs change files at any time.
    staleTime: 0,
    retry: false,
  });

/** Writes a file to the desktop. `progress` is 0 to 1. */
export async function uploadToHome(
  chatId: string,
  path: string,
  file: File,
  replace: boolean,
  progress: (share: number) => void,
): Promise<void> {
  await send('PUT', `${paths.homeFile(chatId, path)}&replace=${replace}`, file, progress);
}
