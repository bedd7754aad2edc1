import { cleanup, screen } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { meQuery } from '../api/session';
import type { User } from '../api/types';
import { list, server, show, testClient } from '../models/models.fixture';
import { ModelsPage } from './ModelsPage';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));
vi.mock('./SettingsFrame', () => ({ SettingsFrame: ({ children }: { children: ReactNode }) => children }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open({ models = list as object, choice = null as object | null } = {}) {
  vi.stubGlobal('fetch', server({ 'GET /models': models, 'GET /users/me/model-connections': [] }));
  const client = testClient();
  client.setQueryData(meQuery.queryKey, { id: 'ada', is_superuser: true, model_choice: choice } as User);
  show(<ModelsPage />, client);
}

test('without a choice, the default model is named that the installation has', async () => {
  open({ models: { ...list, installation_default: { provider: 'anthropic', model: 'claude-opus-5-5', effort: 'low' } } });
  expect(await screen.findByRole('button', { name: 'Default model: As the installation says (Claude Opus 5.5 · effort: Low)' })).toBeTruthy();
});

test('a model of one’s own is named with its effort', async () => {
  open({ choice: { connection: 'work-id', model: 'claude-opus-5-5', effort: 'high' } });
  expect(await screen.findByRole('button', { name: 'Default model: Claude Opus 5.5 · effort: High' })).toBeTruthy();
});

test('while the model service can’t be reached, it is not known what the installation has', async () => {
  open({ models: { default: null, installation_default: null, own_keys_allowed: true, sources: [] } });
  expect(await screen.findByRole('button', { name: 'Default model: As the installation says' })).toBeTruthy();
});

test('the list of models tells whether keys of one’s own are allowed, also to administrators', async () => {
  open({ models: { ...list, own_keys_allowed: false } });
  expect(await screen.findByText(/^Nobody may use keys of their own here/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Add a key' })).toBeNull();
});
