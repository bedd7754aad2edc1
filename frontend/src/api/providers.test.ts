import { afterEach, expect, test, vi } from 'vitest';
import { beginProviderLogin } from './providers';

afterEach(() => vi.unstubAllGlobals());

/** The address at a provider that sends the browser back to `callback`. */
const at = (callback: string) => `https://login.example.org/authorize?${new URLSearchParams({ redirect_uri: callback })}`;

function answer(url: string) {
  vi.stubGlobal('fetch', vi.fn().mockResolvedValue(new Response(JSON.stringify({ url }), { status: 201 })));
}

test('a login begins at the provider that sends the browser back here', async () => {
  const url = at(`${window.location.origin}/api/v1/auth/providers/company/callback`);
  answer(url);
  expect(await beginProviderLogin({ provider: 'company', next: '/account' })).toBe(url);
  const [path, { body }] = vi.mocked(fetch).mock.calls[0] as [string, RequestInit];
  expect(path).toBe('/api/v1/auth/providers/company/start');
  expect(JSON.parse(String(body))).toEqual({ next: '/account' });
});

test('at another address than the public one, the person is told to open that', async () => {
  answer(at('https://desk.example.org/api/v1/auth/providers/company/callback'));
  await expect(beginProviderLogin({ provider: 'company' })).rejects.toThrow('https://desk.example.org');
});
