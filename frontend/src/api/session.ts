import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { request } from './client';
import type { Config, User } from './types';

/** Who is logged in; fails with 401 when no one is. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => request<User>('GET', '/users/me'),
  staleTime: Infinity,
});

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => request<{ needed: boolean }>('GET', '/setup'),
});

export const configQuery = queryOptions({
  queryKey: ['config'],
  queryFn: () => request<Config>('GET', '/config'),
  staleTime: Infinity,
});

export interface Credentials {
  username: string;
  password: string;
}

export interface FirstAccount extends Credentials {
  token: string;
  email: string;
  first_name: string;
  last_name: string;
}

/** `next` is a path of ours to go to afterwards. */
export function useLogin(next: string) {
  const enter = useEnter(next);
  return useMutation({ mutationFn: (input: Credentials) => request<User>('POST', '/auth/session', input), onSuccess: enter });
}

export function useSetup() {
  const enter = useEnter('/');
  return useMutation({ mutationFn: (input: FirstAccount) => request<User>('POST', '/setup', input), onSuccess: enter });
}

function useEnter(next: string) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (user: User) => {
    client.clear();
    client.setQueryData(meQuery.queryKey, user);
    await navigate({ to: next, replace: true });
  };
}

export function useLogout() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => request<void>('DELETE', '/auth/session'),
    onSuccess: async () => {
      await navigate({ to: '/login', search: {}, replace: true });
      client.clear();
    },
  });
}
