import { expect, test, vi } from 'vitest';
import { showLanguage } from '../words';
import { request } from './client';

test('requests ask for problems in the language that is shown', async () => {
  const headers: unknown[] = [];
  vi.stubGlobal('fetch', async (_: string, init: RequestInit) => {
    headers.push(init.headers);
    return new Response('{}');
  });
  await showLanguage('de-AT');
  await request('GET', '/users/me');
  await showLanguage('pt-PT');
  await request('POST', '/chats', {});
  expect(headers).toMatchObject([{ 'Accept-Language': 'de' }, { 'Accept-Language': 'pt-BR', 'Content-Type': 'application/json' }]);
});
