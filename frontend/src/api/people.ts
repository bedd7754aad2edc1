import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient, type InfiniteData } from '@tanstack/react-query';
import { request, requestPage, type Page } from './client';
import type { AuditEntry, FileRules, Invitation, Limits, SiteSettings, SiteSettingsForm, User } from './types';

/** The number of people in a page of the list. */
const PAGE = 50;

const PEOPLE = ['people'];
const INVITATIONS = ['invitations'];

export const itemsOf = <Item>({ pages }: InfiniteData<Page<Item>>): Item[] => pages.flatMap((page) => page.items);

/** The accounts whose names or address contain a text, oldest first. */
export const peopleQuery = (search: string) =>
  infiniteQueryOptions({
    queryKey: [...PEOPLE, search],
    queryFn: ({ pageParam }) => requestPage<User>('/users', pageParam),
    initialPageParam: `?${new URLSearchParams({ limit: `${PAGE}`, ...(search && { search }) })}`,
    getNextPageParam: (page) => page.next,
    select: itemsOf,
  });

/** Invitations, newest first. */
export const invitationsQuery = infiniteQueryOptions({
  queryKey: INVITATIONS,
  queryFn: ({ pageParam }) => requestPage<Invitation>('/admin/invitations', pageParam),
  initialPageParam: `?limit=${PAGE}`,
  getNextPageParam: (page) => page.next,
  select: itemsOf,
});

/** What people did, newest first. */
export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam }) => requestPage<AuditEntry>('/admin/audit', pageParam),
  initialPageParam: `?limit=${PAGE}`,
  getNextPageParam: (page) => page.next,
  select: itemsOf,
});

export const siteSettingsQuery = queryOptions({
  queryKey: ['site-settings'],
  queryFn: () => request<SiteSettings>('GET', '/admin/settings'),
});

export const fileRulesQuery = queryOptions({
  queryKey: ['file-rules'],
  queryFn: () => request<FileRules>('GET', '/admin/file-rules'),
});

export interface NewPerson {
  username: string;
  email: string;
  password: string;
  first_name: string;
  last_name: string;
  is_superuser: boolean;
}

export interface PersonChanges {
  role?: 'user' | 'superuser';
  disabled?: boolean;
  limits?: Limits;
}

export interface NewInvitation {
  email: string | null;
  role: 'user' | 'superuser';
  uses: number;
  expires_at: string;
}

/** A link that is shown once. */
export interface OneTimeLink {
  url: string;
  expires_at: string;
}

/** Changes something, after which the list is read again. */
function useChange<Input, Answer>(change: (input: Input) => Promise<Answer>, key: string[]) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSuccess: () => client.invalidateQueries({ queryKey: key }) });
}

export const useCreatePerson = () => useChange((person: NewPerson) => request<User>('POST', '/users', person), PEOPLE);

export const useChangePerson = (id: string) =>
  useChange((changes: PersonChanges) => request<User>('PATCH', `/users/${id}`, changes), PEOPLE);

export const useDeletePerson = (id: string) => useChange(() => request<void>('DELETE', `/users/${id}`), PEOPLE);

export const usePasswordLink = (id: string) =>
  useMutation({ mutationFn: () => request<OneTimeLink>('POST', `/users/${id}/password-link`) });

export const useResetSecondFactor = (id: string) =>
  useMutation({ mutationFn: () => request<void>('DELETE', `/users/${id}/second-factor`) });

export const useInvite = () =>
  useChange((invitation: NewInvitation) => request<OneTimeLink>('POST', '/admin/invitations', invitation), INVITATIONS);

export const useDeleteInvitation = (id: string) =>
  useChange(() => request<void>('DELETE', `/admin/invitations/${id}`), INVITATIONS);

export function useChangeSiteSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: SiteSettingsForm) =>
      request<SiteSettings>('PATCH', '/admin/settings', changes),
    onSuccess: (settings) => client.setQueryData(siteSettingsQuery.queryKey, settings),
  });
}

export function useReplaceFileRules() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rules: FileRules) => request<FileRules>('PUT', '/admin/file-rules', rules),
    onSuccess: (rules) => client.setQueryData(fileRulesQuery.queryKey, rules),
  });
}
