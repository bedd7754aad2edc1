import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { meQuery } from '../api/session';
import type { User } from '../api/types';
import { browserLanguage, browserTimeZone, languages, timeZones } from './names';
import { useTellLocale } from './useTellLocale';

const here = () => ({ detected_time_zone: browserTimeZone(), detected_language: browserLanguage() });
const elsewhere = { detected_time_zone: 'Asia/Tokyo', detected_language: 'ja-JP' };
/** What the server has, and what it has been told. */
let server: Partial<User>;
let told: unknown[];

beforeEach(() => {
  told = [];
  vi.stubGlobal('fetch', async (_: string, { method, body }: RequestInit) => {
    if (method === 'PATCH') {
      told.push(JSON.parse(body as string));
      server = { ...server, ...(told.at(-1) as object) };
    }
    return new Response(JSON.stringify(server));
  });
});
afterEach(cleanup);

function open(known: Partial<User>) {
  server = known;
  const client = new QueryClient();
  client.setQueryData(meQuery.queryKey, known as User);
  renderHook(useTellLocale, {
    wrapper: ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
}
const comeBack = () => act(async () => void document.dispatchEvent(new Event('visibilitychange')));

test('a browser that the server knows tells it nothing', async () => {
  open(here());
  await comeBack();
  expect(told).toEqual([]);
});

test('a new browser tells the server when it opens, and again when another one has been used since', async () => {
  open({ detected_time_zone: null, detected_language: null });
  await waitFor(() => expect(told).toEqual([here()]));
  await comeBack();
  expect(told).toHaveLength(1);
  server = { ...server, ...elsewhere };
  await comeBack();
  await waitFor(() => expect(told).toEqual([here(), here()]));
});

test('a choice is never overwritten', async () => {
  open({ time_zone: 'Europe/Vienna', language: 'de-AT', ...elsewhere });
  await waitFor(() => expect(told).toEqual([here()]));
  expect(server).toMatchObject({ time_zone: 'Europe/Vienna', language: 'de-AT' });
});

test('languages and time zones have names, and what was chosen is always among them', () => {
  const [translated, desktopOnly] = languages('gsw-CH');
  expect(translated?.choices.slice(0, 3)).toEqual([
    { value: 'en-US', label: 'English (United States)' },
    { value: 'de-DE', label: 'German (Germany)' },
    { value: 'pt-BR', label: 'Portuguese (Brazil)' },
  ]);
  expect(desktopOnly?.choices).toContainEqual({ value: 'gsw-CH', label: 'Swiss German (Switzerland)' });
  expect(timeZones('America/Sao_Paulo')).toContainEqual({ value: 'America/Sao_Paulo', label: 'America/Sao Paulo' });
  expect(timeZones('Asia/Nowhere').map(({ value }) => value)).toContain('Asia/Nowhere');
});
