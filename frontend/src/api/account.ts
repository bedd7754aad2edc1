import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { meQuery } from './session';
import type { ApiToken, CreatedApiToken, NewApiToken, Session, User } from './types';

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => request<Session[]>('GET', '/users/me/sessions'),
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: () => request<ApiToken[]>('GET', '/users/me/tokens'),
});

export type Profile = Pick<User, 'first_name' | 'last_name' | 'email'>;

export function useSetProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (profile: Profile) => request<User>('PATCH', '/users/me', profile),
    onSuccess: (user) => client.setQueryData(meQuery.queryKey, user),
  });
}

/** All other sessions end with it. */
export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (passwords: { old: string; new: string }) => request<void>('POST', '/users/me/password', passwords),
    onSuccess: () => client.invalidateQueries(sessionsQuery),
  });
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>('DELETE', `/users/me/sessions/${id}`),
    // It may have ended by itself.
    onSettled: () => client.invalidateQueries(sessionsQuery),
  });
}

export const endAllSessions = () => request<void>('POST', '/auth/logout-everywhere');

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (token: NewApiToken) => request<CreatedApiToken>('POST', '/users/me/tokens', token),
    onSuccess: () => client.invalidateQueries(tokensQuery),
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>('DELETE', `/users/me/tokens/${id}`),
    onSettled: () => client.invalidateQueries(tokensQuery),
  });
}
