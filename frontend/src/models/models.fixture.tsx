// Models and a server that has them, for tests.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { configQuery, meQuery } from '../api/session';
import type { Config, ModelConnection, ModelFacts, ModelList, ModelSource, User } from '../api/types';

export const facts = (id: string, change: Partial<ModelFacts> = {}): ModelFacts => ({ id, computer: 'functions', ...change });

export const opus = facts('claude-opus-5-5', {
  name: 'Claude Opus 5.5',
  computer: 'native',
  sees: true,
  context: 200_000,
  efforts: ['low', 'medium', 'high', 'max'],
  price: { input: 5_000_000, output: 25_000_000, cache_read: 500_000, cache_write: 6_250_000 },
});

export const source = (change: Partial<ModelSource>): ModelSource => ({ owner: 'installation', name: '', provider: 'anthropic', models: [], ...change });

export const demo = source({ provider: 'demo', models: [facts('demo')] });
export const work = source({ connection: 'work-id', owner: 'person', name: 'Work', models: [opus] });
export const site = source({ models: [opus, facts('claude-haiku-4-5')] });

export const list: ModelList = {
  default: { provider: 'anthropic', model: 'claude-haiku-4-5' },
  installation_default: { provider: 'demo', model: 'demo' },
  installation_fallbacks: [],
  own_keys_allowed: true,
  sources: [site, demo, work],
};

export const config: Config = { provider: 'anthropic', model: 'claude-haiku-4-5', assistant_name: 'Claude', upload_limit_bytes: 10, example_prompts: ['an example'] };

export const connection: ModelConnection = {
  id: 'work-id',
  name: 'Work',
  provider: 'anthropic',
  address: 'https://api.anthropic.com',
  has_key: true,
  key_end: 'wxyz',
  models: [opus],
  problem: null,
  checked_at: '2026-11-30T08:15:00Z',
};

/** What is sent, as `PATCH /chats/c1`, with its body. */
export type Sent = [request: string, body: unknown];

/** A `fetch` that answers a request by its method and path: with what is given, or with a status and a problem. */
export function server(answers: Record<string, unknown>, sent: Sent[] = []): typeof fetch {
  return async (url, { method = 'GET', body } = {}) => {
    const asked = `${method} ${String(url).replace('/api/v1', '').replace(/\?.*/, '')}`;
    if (method !== 'GET') sent.push([asked, body ? JSON.parse(body as string) : undefined]);
    const answer = answers[asked];
    return answer instanceof Response ? answer.clone() : new Response(JSON.stringify(answer ?? {}));
  };
}

export const problem = (status: number, code: string, detail: string) => new Response(JSON.stringify({ code, detail }), { status });

export function testClient(): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  client.setQueryData(configQuery.queryKey, config);
  client.setQueryData(meQuery.queryKey, { id: 'ada', is_superuser: false } as User);
  return client;
}

export function show(children: ReactNode, client = testClient()) {
  render(<QueryClientProvider client={client}>{children}</QueryClientProvider>);
  return userEvent.setup();
}
