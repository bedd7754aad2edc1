import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './client';
import type { ModelUsage, OwnModelUsage } from './types';

const DAY_MS = 86_400_000;

/** The first of the last days, in UTC. */
const firstOf = (days: number) => new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10);

/** What models have done for everybody in the last days, in UTC. */
export const modelUsageQuery = (days: number) =>
  queryOptions({
    queryKey: ['model-usage', days],
    queryFn: () => request<ModelUsage>('GET', `/admin/usage?from=${firstOf(days)}`),
    // Charts don't flicker while other days are read.
    placeholderData: keepPreviousData,
  });

/** What models have done for the person in the last days, in UTC. */
export const ownModelUsageQuery = (days: number) =>
  queryOptions({
    queryKey: ['own-model-usage', days],
    queryFn: () => request<OwnModelUsage>('GET', `/users/me/usage/models?from=${firstOf(days)}`),
    placeholderData: keepPreviousData,
  });
