import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request, requestPage } from './client';
import { itemsOf } from './people';
import type { ListedInternetRequest, ListedRun, RetentionView } from './types';

const RUNS = ['all-runs'];
/** The number of rows in a page of a list. */
const PAGE = 50;
/** How often the list of runs is read again, in milliseconds. */
const EVERY_MS = 10_000;

export type RunFilter = 'unfinished' | 'ended';

/** The runs of everybody, newest first. */
export const allRunsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: [...RUNS, filter],
    queryFn: ({ pageParam }) => requestPage<ListedRun>('/admin/runs', pageParam),
    initialPageParam: `?${new URLSearchParams({ limit: `${PAGE}`, filter })}`,
    getNextPageParam: (page) => page.next,
    select: itemsOf,
    refetchInterval: EVERY_MS,
  });

export function useCancelAnyRun(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('POST', `/admin/runs/${id}/cancel`),
    onSuccess: () => client.invalidateQueries({ queryKey: RUNS }),
  });
}

/** Requests of all desktops, newest first; those for a host, or those that were refused. */
export const allInternetRequestsQuery = (host: string, refused: boolean) =>
  infiniteQueryOptions({
    queryKey: ['internet-requests', host, refused],
    queryFn: ({ pageParam }) => requestPage<ListedInternetRequest>('/admin/internet/requests', pageParam),
    initialPageParam: `?${new URLSearchParams({ limit: `${PAGE}`, ...(host && { host }), ...(refused && { refused: 'true' }) })}`,
    getNextPageParam: (page) => page.next,
    select: itemsOf,
  });

/** What the retention deletes next, and what it has deleted. */
export const retentionQuery = queryOptions({
  queryKey: ['retention'],
  queryFn: () => request<RetentionView>('GET', '/admin/retention'),
});
