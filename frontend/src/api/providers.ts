import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { words } from '../words';
import { ApiError, request } from './client';
import { waysQuery } from './session';
import type { Identity, IdentityProvider, IdentityProviderChanges, NewIdentityProvider, ProviderCheck } from './types';

export const identitiesQuery = queryOptions({
  queryKey: ['identities'],
  queryFn: () => request<Identity[]>('GET', '/users/me/identities'),
});

export const providersQuery = queryOptions({
  queryKey: ['identity-providers'],
  queryFn: () => request<IdentityProvider[]>('GET', '/admin/identity-providers'),
});

export interface ProviderLogin {
  provider: string;
  /** A path of this site to go to afterwards. */
  next?: string;
  invitation?: string;
  /** Links the account there to that of the person, instead of logging in. */
  link?: boolean;
}

/** Sends the browser to a provider, which sends it back. */
export function useProviderLogin() {
  return useMutation({ mutationFn: beginProviderLogin, onSuccess: (url) => window.location.assign(url) });
}

/** Begins a login. Returns the address at the provider. */
export async function beginProviderLogin({ provider, ...form }: ProviderLogin): Promise<string> {
  const begun = await request<{ url: string }>('POST', `/auth/providers/${encodeURIComponent(provider)}/start`, form);
  const url = new URL(begun.url);
  const callback = new URL(url.searchParams.get('redirect_uri') ?? window.location.href);
  // The provider sends the browser to the public address, where it does not have the cookie of this one.
  if (callback.origin !== window.location.origin) {
    throw new ApiError(0, 'other_address', words.providers.otherAddress(callback.origin));
  }
  return url.href;
}

export function useUnlink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>('DELETE', `/users/me/identities/${id}`),
    onSettled: () => client.invalidateQueries(identitiesQuery),
  });
}

/** Changes something about the providers, after which they are read again. */
function useChange<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all([client.invalidateQueries(providersQuery), client.invalidateQueries(waysQuery)]),
  });
}

export const useCreateProvider = () =>
  useChange((provider: NewIdentityProvider) => request<IdentityProvider>('POST', '/admin/identity-providers', provider));

export const useChangeProvider = (slug: string) =>
  useChange((changes: IdentityProviderChanges) => request<IdentityProvider>('PATCH', `/admin/identity-providers/${slug}`, changes));

export const useDeleteProvider = (slug: string) => useChange(() => request<void>('DELETE', `/admin/identity-providers/${slug}`));

/** Asks whether the provider answers as it should. */
export const useCheckProvider = (slug: string) =>
  useMutation({ mutationFn: () => request<ProviderCheck>('POST', `/admin/identity-providers/${slug}/check`) });
