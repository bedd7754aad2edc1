import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { logIn, logOut, meQuery, setUp } from '../api/session';
import type { User } from '../api/types';
import { forgetDrafts } from '../composer/drafts';
import { forgetUnsent } from '../composer/unsent';

/** While this mutation runs, the session ends because the person wants it to. */
export const LOGOUT = ['logout'];

/** `next` is a path of this site to go to afterwards. */
export function useLogin(next: string) {
  return useMutation({ mutationFn: logIn, onSuccess: useEnter(next) });
}

export function useSetup() {
  return useMutation({ mutationFn: setUp, onSuccess: useEnter('/') });
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
