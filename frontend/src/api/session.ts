import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { hasCode, request } from './client';
import { PROBLEM_CODES } from './codes';
import type { ApprovalPolicy, Config, Usage, User, Ways } from './types';

/** Who is logged in; fails with 401 when no one is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => request<User>('GET', '/users/me'),
  staleTime: Infinity,
});

/** Asks the server, and keeps nothing. Whoever can't be asked for counts as logged out. */
export const isLoggedIn = () => request<User>('GET', '/users/me').then(() => true, () => false);

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => request<{ needed: boolean }>('GET', '/setup'),
});

/** How people can log in here, and whether they can register. */
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  queryFn: () => request<Ways>('GET', '/auth/ways'),
});

/** What the person uses, and may use. */
export const usageQuery = queryOptions({
  queryKey: ['usage'],
  queryFn: () => request<Usage>('GET', '/users/me/usage'),
});

export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: () => request<Config>('GET', '/config'),
  staleTime: Infinity,
});

export interface Credentials {
  username: string;
  password: string;
  /** A code of the authenticator app, or a recovery code. */
  code?: string;
}

export interface NewAccount extends Credentials {
  email: string;
  first_name: string;
  last_name: string;
}

export interface FirstAccount extends NewAccount {
  token: string;
}

export interface Registration extends NewAccount {
  invitation: string | null;
}

export const logIn = (credentials: Credentials) => request<User>('POST', '/auth/session', credentials);

/** Whether a login failed for want of a code; the password is right. */
export const needsCode = (error: unknown) => hasCode(error, PROBLEM_CODES.secondFactorRequired);

/** Completes a login with a provider by a code of the second factor. */
export const completeLogin = (code: string) => request<User>('POST', '/auth/session/code', { code });

export const logOut = () => request<void>('DELETE', '/auth/session');

/** Creates an account and logs the browser in. */
export async function register(account: Registration) {
  await request<unknown>('POST', '/auth/register', account);
  return logIn({ username: account.username, password: account.password });
}

/** Sets a new password by a one-time link. */
export const setPassword = (link: { token: string; password: string }) =>
  request<{ username: string }>('POST', '/auth/password-link', link);

export const setUp = (account: FirstAccount) => request<User>('POST', '/setup', account);

/** Sets the approval policy of all chats that have none of their own. */
export function useSetDefaultPolicy({ onError }: { onError: () => void }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (approval: ApprovalPolicy) => request<User>('PATCH', '/users/me', { approval }),
    onSuccess: (user) => client.setQueryData(meQuery.queryKey, user),
    onError,
  });
}
