import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { config, demo, list, server, site, testClient, work } from './models.fixture';
import { shownModel, useChatModel } from './useChatModel';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const own = { connection: 'work-id', model: 'claude-opus-5-5' };

test.each([
  ['until the list is there, what the installation was started with', shownModel(null, undefined, config), { label: 'claude-haiku-4-5', name: 'Claude', isDemo: false }],
  ['the default', shownModel(null, list, config), { label: 'claude-haiku-4-5', name: 'Claude', examples: ['an example'] }],
  ['a model of the chat', shownModel(own, list, config), { label: 'Claude Opus 5.5', effort: null, name: 'Claude', problem: null }],
  ['the effort of a choice', shownModel({ ...own, effort: 'high' }, list, config), { label: 'Claude Opus 5.5', effort: 'high' }],
  ['the demo', shownModel({ provider: 'demo', model: 'demo' }, list, config), { label: 'demo', name: 'Demo', isDemo: true, examples: [] }],
  ['a deleted connection', shownModel({ connection: 'gone', model: 'x' }, list, config), { label: 'x', problem: 'x can’t be used any more. Choose another model.' }],
  ['a provider that is configured no more', shownModel({ provider: 'openai', model: 'x' }, list, config), { name: 'GPT', problem: expect.stringContaining('any more') }],
  ['a model service that can’t be reached', shownModel({ provider: 'openai', model: 'x' }, { sources: [work] }, config), { problem: null }],
  ['a connection with a problem', shownModel(own, { sources: [{ ...work, problem: 'Its key is lost.' }] }, config), { problem: 'Its key is lost.' }],
  ['another provider than the demo of the installation', shownModel(own, { sources: [work, demo] }, { ...config, provider: 'demo', assistant_name: 'Demo' }), { name: 'Claude', isDemo: false }],
])('%s', (_, shown, expected) => {
  expect(shown).toMatchObject(expected);
});

test('with a model of their own, people get examples for it in place of those of the demo', () => {
  const { examples } = shownModel(own, { sources: [work, demo] }, { ...config, provider: 'demo', example_prompts: ['run `ls`'] });
  expect(examples).toHaveLength(3);
  expect(examples[0]).toMatch(/^Open the terminal/);
});

function follow(chat: object) {
  vi.stubGlobal('fetch', server({ 'GET /chats/c1': chat, 'GET /models': { ...list, sources: [site, demo, work] } }));
  const client = testClient();
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
  return renderHook(() => useChatModel('c1'), { wrapper }).result;
}

test('a chat has its own model, which is not shown before it is known', async () => {
  const result = follow({ id: 'c1', model_choice: own });
  expect(result.current.label).toBe('');
  await waitFor(() => expect(result.current.label).toBe('Claude Opus 5.5'));
});

test('a chat without one follows the default', async () => {
  const result = follow({ id: 'c1', model_choice: null });
  await waitFor(() => expect(result.current.label).toBe('claude-haiku-4-5'));
});
