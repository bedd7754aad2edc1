import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useQuery } from '@tanstack/react-query';
import { canSaveAnyway, modelsQuery } from '../api/models';
import { ApiError } from '../api/client';
import { ConnectionList } from './ConnectionList';
import { connection, list, problem, server, show, type Sent } from './models.fixture';
import { SERVERS, VENDORS } from './presets';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const OWN = '/users/me/model-connections';
const KEY = 'not-a-real-key-0123456789';

function Own() {
  return <ConnectionList owner="person" forbidden={useQuery(modelsQuery).data?.own_keys_allowed === false} />;
}

function open(answers: Record<string, unknown> = {}) {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', server({ [`GET ${OWN}`]: [connection], ...answers }, sent));
  return { sent, user: show(<Own />) };
}
const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>('button', { name });
const field = (label: string) => within(screen.getByRole('dialog')).getByLabelText<HTMLInputElement>(label);
const lastSent = (sent: Sent[], expected: Sent) => waitFor(() => expect(sent.at(-1)).toEqual(expected));
const closed = () => waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());

test('a connection says where it leads, what was found, and the end of its key', async () => {
  open();
  const text = (await screen.findByRole('listitem')).textContent!;
  for (const part of ['Work', 'Anthropic · key ends in wxyz', 'https://api.anthropic.com', '1 model · checked Nov 30, 2026']) expect(text).toContain(part);
});

test.each([
  [{ has_key: false, key_end: 'wxyz', problem: 'The API key is lost. Give it again.' }, ['key lost', 'The API key is lost. Give it again.']],
  [{ has_key: false, key_end: null, checked_at: null }, ['without a key', 'not checked yet']],
  [{ key_end: '' }, ['with a key']],
])('a connection with %j says so', async (change, parts) => {
  open({ [`GET ${OWN}`]: [{ ...connection, ...change }] });
  const text = (await screen.findByRole('listitem')).textContent!;
  for (const part of parts) expect(text).toContain(part);
});

test('a vendor’s preset fills in everything but the key', async () => {
  const { user, sent } = open({ [`POST ${OWN}`]: connection });
  await user.click(await button('Add a key'));
  await user.selectOptions(field('For'), 'OpenRouter');
  expect(field('Address').value).toBe('https://openrouter.ai/api/v1');
  expect(field('API key').required).toBe(true);
  await user.type(field('API key'), ` ${KEY} `);
  await user.click(await button('Save'));
  await lastSent(sent, [`POST ${OWN}`, { name: 'OpenRouter', provider: 'openai-compatible', address: 'https://openrouter.ai/api/v1', key: KEY, unchecked: false }]);
  await closed();
});

test('a server of one’s own needs no key, and none is sent', async () => {
  const { user, sent } = open({ [`POST ${OWN}`]: connection });
  await user.click(await button('Add a key'));
  await user.selectOptions(field('For'), 'Ollama');
  await user.clear(field('Name'));
  await user.type(field('Name'), 'Desk');
  await user.click(await button('Save'));
  await lastSent(sent, [`POST ${OWN}`, { name: 'Desk', provider: 'openai-compatible', address: 'http://localhost:11434/v1', unchecked: false }]);
});

test('what fails its check can be saved anyway', async () => {
  const { user, sent } = open({ [`POST ${OWN}`]: problem(422, 'network_unreachable', 'Nothing answers there.') });
  await user.click(await button('Add a key'));
  await user.type(field('API key'), KEY);
  await user.click(await button('Save'));
  expect((await screen.findByRole('alert')).textContent).toContain('Nothing answers there.');
  // As it is now, not as it was then.
  await user.clear(field('Name'));
  await user.type(field('Name'), 'Later');
  await user.click(await button('Save anyway'));
  await lastSent(sent, [`POST ${OWN}`, { name: 'Later', provider: 'anthropic', address: 'https://api.anthropic.com', key: KEY, unchecked: true }]);
});

test.each([
  [422, 'api_key_refused', true],
  [422, 'address_private', true],
  [503, 'models_unavailable', true],
  [422, 'connection_key_invalid', false],
  [409, 'connection_name_taken', false],
  [403, 'own_keys_forbidden', false],
  [503, 'database_unavailable', false],
  [0, 'unreachable', false],
])('after %i %s it can be saved anyway: %s', (status, code, expected) => {
  expect(canSaveAnyway(new ApiError(status, code, ''))).toBe(expected);
});

test('a key that is kept is never shown, and only what changes is sent', async () => {
  const { user, sent } = open({ [`PATCH ${OWN}/work-id`]: connection });
  await user.click(await button('Change Work'));
  expect(field('API key').value).toBe('');
  expect(field('API key').type).toBe('password');
  await user.clear(field('Name'));
  await user.type(field('Name'), 'Office');
  await user.click(await button('Save'));
  await lastSent(sent, [`PATCH ${OWN}/work-id`, { name: 'Office', unchecked: false }]);
  await closed();
  await user.click(await button('Change Work'));
  await user.type(field('API key'), KEY);
  await user.click(await button('Save'));
  await lastSent(sent, [`PATCH ${OWN}/work-id`, { key: KEY, unchecked: false }]);
});

test('the key of a server that needs none is taken away', async () => {
  const { user, sent } = open({ [`GET ${OWN}`]: [{ ...connection, provider: 'openai-compatible' }], [`PATCH ${OWN}/work-id`]: connection });
  await user.click(await button('Change Work'));
  await user.click(field('The server needs no key'));
  expect(field('API key').disabled).toBe(true);
  await user.click(await button('Save'));
  await lastSent(sent, [`PATCH ${OWN}/work-id`, { key: null, unchecked: false }]);
});

test('a lost key has to be given again', async () => {
  const { user } = open({ [`GET ${OWN}`]: [{ ...connection, has_key: false }] });
  await user.click(await button('Change Work'));
  expect(field('API key').required).toBe(true);
});

test('a check says what was found, or what is wrong', async () => {
  const { user, sent } = open({ [`POST ${OWN}/work-id/check`]: connection });
  await user.click(await button('Check again: Work'));
  await lastSent(sent, [`POST ${OWN}/work-id/check`, undefined]);
  expect(await screen.findByText('It works: 1 model.')).toBeTruthy();
});

test('before it is deleted, what becomes of chats is said', async () => {
  const { user, sent } = open({ [`DELETE ${OWN}/work-id`]: '' });
  await user.click(await button('Delete Work'));
  expect(screen.getByRole('dialog').textContent).toContain('Chats that use one of its models have to choose another one');
  await user.click(await button('Delete'));
  await lastSent(sent, [`DELETE ${OWN}/work-id`, undefined]);
  await closed();
});

test('where nobody may have keys of their own, there is no button, and what is there can only be deleted', async () => {
  open({ 'GET /models': { ...list, own_keys_allowed: false } });
  expect(await screen.findByText(/^Nobody may use keys of their own here\. An administrator/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Add a key' })).toBeNull();
  expect(await button('Delete Work')).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Change Work' })).toBeNull();
});

test('a refusal asks again whether keys of one’s own are allowed', async () => {
  const sent: Sent[] = [];
  const answers = {
    [`GET ${OWN}`]: [connection],
    'GET /models': list as object,
    [`POST ${OWN}`]: problem(403, 'own_keys_forbidden', 'Nobody may use keys of their own here.'),
  };
  vi.stubGlobal('fetch', server(answers, sent));
  const user = show(<Own />);
  await user.click(await button('Add a key'));
  await user.type(field('API key'), KEY);
  answers['GET /models'] = { ...list, own_keys_allowed: false };
  await user.click(await button('Save'));
  await closed();
  expect(screen.queryByRole('button', { name: 'Add a key' })).toBeNull();
});

test('each preset has another id, and an address that is one', () => {
  const presets = [...VENDORS, ...SERVERS];
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
  expect(VENDORS.every(({ address }) => new URL(address).protocol === 'https:')).toBe(true);
  expect(SERVERS.every(({ address }) => address === '' || new URL(address).hostname === 'localhost')).toBe(true);
});
