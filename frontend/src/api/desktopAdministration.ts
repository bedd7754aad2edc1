import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { API, request, requestPage } from './client';
import { itemsOf } from './people';
import type { RunningDesktop } from './types';

const DESKTOPS = ['running-desktops'];
/** The number of desktops in a page of the list. */
const PAGE = 20;
/** How often the list is read again, in milliseconds. */
const EVERY_MS = 10_000;

/** The desktops that are up, newest first. */
export const runningDesktopsQuery = infiniteQueryOptions({
  queryKey: DESKTOPS,
  queryFn: ({ pageParam }) => requestPage<RunningDesktop>('/admin/desktops', pageParam),
  initialPageParam: `?limit=${PAGE}`,
  getNextPageParam: (page) => page.next,
  select: itemsOf,
  refetchInterval: EVERY_MS,
});

export function useStopDesktop(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('POST', `/admin/desktops/${id}/stop`),
    onSuccess: () => client.invalidateQueries({ queryKey: DESKTOPS }),
  });
}

/** The address of a small picture of a screen at a time. */
export const thumbnailUrl = (id: string, at: number) => `${API}/admin/desktops/${id}/thumbnail?at=${at}`;
