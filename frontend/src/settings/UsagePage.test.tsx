import { cleanup, screen, waitFor, within } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { OwnModelUsage, Usage } from '../api/types';
import { problem, server, show } from '../models/models.fixture';
import { UsagePage } from './UsagePage';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));
vi.mock('./SettingsFrame', () => ({ SettingsFrame: ({ children }: { children: ReactNode }) => children }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const used = (turns: number, microdollars: number) => ({
  turns, input_tokens: turns * 900, cache_read_tokens: 0, cache_write_tokens: 0, output_tokens: turns * 100, microdollars,
});
const USAGE: OwnModelUsage = {
  from: '2026-11-29',
  to: '2026-11-30',
  total: used(5, 2_500_000),
  days: [{ day: '2026-11-30', ...used(5, 2_500_000) }],
  models: [
    { provider: 'anthropic', model: 'claude-opus-5-5', ...used(4, 2_500_000) },
    { provider: 'openai-compatible', model: 'qwen-local', ...used(1, 0) },
  ],
};
const LIMITS = Object.fromEntries(
  ['desktops', 'runs_today', 'disk_bytes', 'microdollars_this_month'].map((kind) => [kind, { used: 1, limit: null }]),
) as unknown as Usage;

function open(answer: unknown = USAGE) {
  const asked: string[] = [];
  const answers = server({ 'GET /users/me/usage/models': answer, 'GET /users/me/usage': LIMITS });
  vi.stubGlobal('fetch', (url: string, init?: RequestInit) => {
    asked.push(url);
    return answers(url, init);
  });
  return { asked, user: show(<UsagePage />) };
}

test('a person sees what models have done for them, by day and model', async () => {
  open();
  expect((await screen.findByText(/in all/)).textContent).toBe('$2.50 in all, for 5 turns and 5K tokens');
  expect(screen.getByRole('img', { name: 'Each day: at most $2.50' }).querySelectorAll('g')).toHaveLength(2);
  const models = within(screen.getByRole('list', { name: 'By model' })).getAllByRole('listitem');
  expect(models.map((model) => model.textContent)).toEqual(['claude-opus-5-5$2.504 turns · 4K tokens', 'qwen-local$0.001 turn · 1K tokens']);
});

test('other days are asked for', async () => {
  const { asked, user } = open();
  const first = (days: number) => new Date(Date.now() - (days - 1) * 86_400_000).toISOString().slice(0, 10);
  await waitFor(() => expect(asked).toContain(`/api/v1/users/me/usage/models?from=${first(30)}`));
  await user.selectOptions(screen.getByLabelText('Days'), 'Last 7 days');
  await waitFor(() => expect(asked).toContain(`/api/v1/users/me/usage/models?from=${first(7)}`));
});

test('why nothing can be shown is said', async () => {
  open(problem(503, 'database_unavailable', 'The database is away.'));
  expect((await screen.findByRole('alert')).textContent).toContain('The database is away.');
});
