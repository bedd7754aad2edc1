import createClient from 'openapi-fetch';
import { expect, test } from 'vitest';
import type { paths } from '../src/api/schema';
import { ADA } from './browser';
import { setUp } from './harness';

const harness = setUp();

test('a client generated from the OpenAPI document logs in, asks, reads and is told what is wrong', async () => {
  const client = createClient<paths>({ baseUrl: harness.deskhand.url });
  const login = await client.POST('/api/v1/auth/login', { body: { username: ADA.username, password: ADA.password } });
  expect(login.error).toBeUndefined();
  client.use({
    onRequest: ({ request }) => request.headers.set('Authorization', `Bearer ${login.data!.access_token}`),
  });

  const created = await client.POST('/api/v1/chats', {
    body: { initial_message: 'say "hello"' },
    params: { header: { Prefer: 'wait=30' } },
  });
  expect(created.data?.run?.state).toBe('succeeded');
  const chat_id = created.data!.id;
  const chats = await client.GET('/api/v1/chats', { params: { query: { limit: 1 } } });
  expect(chats.data?.map(({ id }) => id)).toEqual([chat_id]);
  const messages = await client.GET('/api/v1/chats/{chat_id}/messages', { params: { path: { chat_id } } });
  expect(messages.data?.map(({ role }) => role)).toEqual(['user', 'assistant']);
  const log = await client.GET('/api/v1/chats/{chat_id}/log', { params: { path: { chat_id }, query: { before: 2 } } });
  expect(log.data?.map(({ kind }) => kind)).toEqual(['message']);

  const uploaded = await client.POST('/api/v1/files/upload', {
    body: { file: 'milk' },
    bodySerializer: ({ file }) => {
      const form = new FormData();
      form.append('file', new File([file], 'list.txt', { type: 'text/plain' }));
      return form;
    },
  });
  expect(uploaded.data?.name).toBe('list.txt');
  const content = await client.GET('/api/v1/files/{file_id}/content', {
    params: { path: { file_id: uploaded.data!.id } },
    parseAs: 'text',
  });
  expect(content.data).toBe('milk');

  const missing = await client.GET('/api/v1/chats/{chat_id}', { params: { path: { chat_id: uploaded.data!.id } } });
  expect(missing.error?.code).toBe('not_found');
  const deleted = await client.DELETE('/api/v1/chats/{chat_id}', { params: { path: { chat_id } } });
  expect(deleted.response.status).toBe(204);
});
