import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { completeLogin, logIn, logOut, meQuery, register, setPassword, setUp } from '../api/session';
import type { User } from '../api/types';
import { forgetDrafts } from '../composer/drafts';
import { forgetUnsent } from '../composer/unsent';

/** While this mutation runs, the session ends because the person wants it to. */
export const LOGOUT = ['logout'];

/** `next` is a path of this site to go to afterwards. */
export function useLogin(next: string) {
  return useMutation({ mutationFn: logIn, onSuccess: useEnter(next) });
}

/** Completes a login with a provider by a code. */
export function useCompleteLogin(next: string) {
  return useMutation({ mutationFn: completeLogin, onSuccess: useEnter(next) });
}

export function useSetup() {
  return useMutation({ mutationFn: setUp, onSuccess: useEnter('/') });
}

export function useRegister() {
  return useMutation({ mutationFn: register, onSuccess: useEnter('/') });
}

/** Sets a new password, and goes on to the login. */
export function useSetPassword() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: setPassword,
    onSuccess: ({ username }) => navigate({ to: '/login', search: { username }, replace: true }),
  });
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
  return useMutation({ mutationKey: LOGOUT, mutationFn: logOut, onSuccess: useLoggedOut() });
}

/** What happens when the person has logged out. */
export function useLoggedOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    await navigate({ to: '/login', search: {}, replace: true });
    client.clear();
    forgetDrafts();
    forgetUnsent();
  };
}
