import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { ModelUsage } from './types';

const DAY_MS = 86_400_000;

/** What models have done for everybody in the last days, in UTC. */
export const modelUsageQuery = (days: number) =>
  queryOptions({
    queryKey: ['model-usage', days],
    queryFn: () => {
      const from = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);
      return request<ModelUsage>('GET', `/admin/usage?from=${from}`);
    },
    // Charts don't flicker while other days are read.
    placeholderData: keepPreviousData,
  });
