import { useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { meQuery } from './session';
import type { User } from './types';

/** The person's choices; `null` for what the browser says. */
export type ChosenLocale = Partial<Pick<User, 'time_zone' | 'language'>>;

/** What the browser says. */
export type BrowserLocale = Pick<User, 'detected_time_zone' | 'detected_language'>;

/** Keeps the time zone or the language of the person's desktops. */
export function useSetLocale() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (locale: ChosenLocale | BrowserLocale) => request<User>('PATCH', '/users/me', locale),
    onSuccess: (user) => client.setQueryData(meQuery.queryKey, user),
  });
}
