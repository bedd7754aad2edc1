import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { meQuery } from './session';
import type {
  ApiToken,
  CreatedApiToken,
  NewApiToken,
  NewSecondFactor,
  RecoveryCodes,
  SecondFactor,
  SecondFactorProof,
  Session,
  User,
} from './types';

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => request<Session[]>('GET', '/users/me/sessions'),
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: () => request<ApiToken[]>('GET', '/users/me/tokens'),
});

const SECOND_FACTOR = '/users/me/second-factor';

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: () => request<SecondFactor>('GET', SECOND_FACTOR),
});

export type Profile = Partial<Pick<User, 'first_name' | 'last_name' | 'email'>>;

export function useSetProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (profile: Profile) => request<User>('PATCH', '/users/me', profile),
    onSuccess: (user) => client.setQueryData(meQuery.queryKey, user),
  });
}

/** All other sessions end with it. Whoever has no password yet has no old one. */
export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (passwords: { old?: string; new: string }) => request<void>('POST', '/users/me/password', passwords),
    onSuccess: () => Promise.all([client.invalidateQueries(sessionsQuery), client.invalidateQueries(meQuery)]),
  });
}

/** Makes a secret for an authenticator app. Logins ask for its codes once the first one is confirmed. */
export const useNewSecondFactor = () =>
  useMutation({ mutationFn: (password: string) => request<NewSecondFactor>('POST', SECOND_FACTOR, { password }) });

export const useConfirmSecondFactor = () =>
  useSecondFactorChange((code: string) => request<RecoveryCodes>('POST', `${SECOND_FACTOR}/confirm`, { code }));

export const useTurnOffSecondFactor = () =>
  useSecondFactorChange((proof: SecondFactorProof) => request<void>('DELETE', SECOND_FACTOR, proof));

export const useNewRecoveryCodes = () =>
  useSecondFactorChange((proof: SecondFactorProof) => request<RecoveryCodes>('POST', `${SECOND_FACTOR}/recovery-codes`, proof));

function useSecondFactorChange<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries(secondFactorQuery) });
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
