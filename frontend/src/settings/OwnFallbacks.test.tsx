import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { modelsQuery } from '../api/models';
import { meQuery } from '../api/session';
import type { ModelChoice, User } from '../api/types';
import { list, server, show, testClient, type Sent } from '../models/models.fixture';
import { OwnFallbacks } from './OwnFallbacks';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const haiku: ModelChoice = { provider: 'anthropic', model: 'claude-haiku-4-5' };

function open(fallbacks: ModelChoice[] | null, answer: ModelChoice[] | null) {
  const sent: Sent[] = [];
  const user = { id: 'ada', is_superuser: false } as User;
  const models = { ...list, installation_fallbacks: [haiku] };
  vi.stubGlobal('fetch', server({ 'GET /models': models, 'PATCH /users/me': { ...user, model_fallbacks: answer } }, sent));
  const client = testClient();
  client.setQueryData(modelsQuery.queryKey, models);
  client.setQueryData(meQuery.queryKey, { ...user, model_fallbacks: fallbacks });
  return { actions: show(<OwnFallbacks />, client), sent };
}

const use = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Which models go on' });

test('without a list of one’s own, the models of the installation are named', async () => {
  open(null, null);
  expect(await screen.findByRole('option', { name: 'As the installation says (claude-haiku-4-5)' })).toBeTruthy();
  expect(use().value).toBe('site');
  expect(screen.queryByRole('list')).toBeNull();
});

test('none is an empty list', async () => {
  const { actions, sent } = open(null, []);
  await actions.selectOptions(use(), 'None');
  expect(sent).toEqual([['PATCH /users/me', { model_fallbacks: [] }]]);
  expect(use().value).toBe('none');
});

test('a list of one’s own begins empty, and going back to the installation is null', async () => {
  const { actions, sent } = open([], null);
  expect(use().value).toBe('none');
  await actions.selectOptions(use(), 'Models of my choice');
  expect(screen.getByText('No model goes on yet.')).toBeTruthy();
  await actions.selectOptions(use(), await screen.findByRole('option', { name: /^As the installation/ }));
  expect(sent.at(-1)).toEqual(['PATCH /users/me', { model_fallbacks: null }]);
});
