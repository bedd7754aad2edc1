import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Platform } from '../api/types';
import { ConnectionList } from './ConnectionList';
import { connection, server, show, type Sent } from './models.fixture';
import { CLOUDS, SERVERS, VENDORS } from './presets';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const OWN = '/users/me/model-connections';
const KEY = 'not-a-real-key-0123456789';

function open(platform?: Platform) {
  const sent: Sent[] = [];
  const shown = { ...connection, platform };
  const answers = { [`GET ${OWN}`]: [shown], [`POST ${OWN}`]: shown, [`PATCH ${OWN}/work-id`]: shown };
  vi.stubGlobal('fetch', server(answers, sent));
  return { sent, user: show(<ConnectionList owner="person" forbidden={false} />) };
}
const button = (name: string | RegExp) => screen.findByRole<HTMLButtonElement>('button', { name });
const field = (label: string) => within(screen.getByRole('dialog')).getByLabelText<HTMLInputElement>(label);
const lastSent = (sent: Sent[], expected: Sent) => waitFor(() => expect(sent.at(-1)).toEqual(expected));

async function choose(preset: string) {
  const opened = open();
  await opened.user.click(await button('Add a key'));
  await opened.user.selectOptions(field('For'), preset);
  return opened;
}

test('Bedrock takes a region and an API key', async () => {
  const { user, sent } = await choose('Claude by Amazon Bedrock');
  expect(within(screen.getByRole('dialog')).queryByLabelText('Address')).toBeNull();
  await user.type(field('API key'), KEY);
  await user.type(field('Region'), ' us-east-1 ');
  await user.click(await button('Save'));
  const platform = { name: 'bedrock', region: 'us-east-1' };
  await lastSent(sent, [`POST ${OWN}`, { name: 'Claude by Amazon Bedrock', provider: 'anthropic', platform, key: KEY, unchecked: false }]);
});

test('an access key of AWS is sent in its parts', async () => {
  const { user, sent } = await choose('Claude Platform on AWS');
  await user.selectOptions(field('Credentials'), 'Access key');
  await user.type(field('Access key ID'), 'AKIAIOSFODNN7EXAMPLE');
  await user.type(field('Secret access key'), KEY);
  await user.type(field('Region'), 'us-east-1');
  await user.type(field('Workspace'), 'wrkspc_01');
  await user.click(await button('Save'));
  const platform = { name: 'aws', region: 'us-east-1', workspace: 'wrkspc_01' };
  const key = JSON.stringify({ access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: KEY });
  await lastSent(sent, [`POST ${OWN}`, { name: 'Claude Platform on AWS', provider: 'anthropic', platform, key, unchecked: false }]);
});

test('Vertex AI takes the content of a key file', async () => {
  const { user, sent } = await choose('Gemini by Vertex AI');
  const file = '{\n  "type": "service_account",\n  "private_key": "-----BEGIN\\nABC"\n}';
  await user.click(field('Key file of a service account, or API key'));
  await user.paste(file);
  await user.type(field('Region'), 'global');
  await user.click(await button('Save'));
  await waitFor(() => expect(sent).toHaveLength(1));
  const body = sent[0]![1] as { provider: string; platform: Platform; key: string };
  expect([body.provider, body.platform]).toEqual(['gemini', { name: 'vertex', region: 'global' }]);
  // Line breaks outside of its texts mean nothing.
  expect(JSON.parse(body.key)).toEqual(JSON.parse(file));
});

test('Azure takes the address of a resource', async () => {
  const { user, sent } = await choose('Azure OpenAI');
  await user.type(field('API key'), KEY);
  await user.type(field('Address'), 'https://desk.openai.azure.com');
  await user.click(await button('Save'));
  const address = 'https://desk.openai.azure.com';
  await lastSent(sent, [`POST ${OWN}`, { name: 'Azure OpenAI', provider: 'openai', address, platform: { name: 'azure' }, key: KEY, unchecked: false }]);
});

test('a connection by a cloud says which, and its region can be changed', async () => {
  const { user, sent } = open({ name: 'bedrock', region: 'us-east-1' });
  expect((await screen.findByRole('listitem')).textContent).toContain('Amazon Bedrock · key ends in wxyz');
  await user.click(await button('Change Work'));
  expect(field('Region').value).toBe('us-east-1');
  await user.clear(field('Region'));
  await user.type(field('Region'), 'eu-west-1');
  await user.type(field('API key'), KEY);
  await user.click(await button('Save'));
  await lastSent(sent, [`PATCH ${OWN}/work-id`, { unchecked: false, platform: { name: 'bedrock', region: 'eu-west-1' }, key: KEY }]);
});

test('each preset has another id', () => {
  const presets = [...VENDORS, ...CLOUDS, ...SERVERS];
  expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
});
