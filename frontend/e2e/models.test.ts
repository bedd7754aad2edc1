import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { emptyChat, expectAccessible, expectFits, messageField } from './browser';
import { setUp } from './harness';
import { ModelServer } from './modelServer';

const harness = setUp();
let server: ModelServer;

beforeAll(async () => {
  server = await ModelServer.start();
});
afterAll(() => server?.stop());

const section = (page: Page, name: string) => page.locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) });
const dialog = (page: Page) => page.getByRole('dialog');
const chip = (page: Page) => page.getByRole('button', { name: /^Model of this chat/ });

async function fillIn(page: Page, { name, key }: { name: string; key: string }) {
  await page.getByRole('button', { name: 'Add a key' }).click();
  await dialog(page).getByLabel('For', { exact: true }).selectOption('Another server');
  await dialog(page).getByLabel('API key').fill(key);
  await dialog(page).getByLabel('Name', { exact: true }).fill(name);
  await dialog(page).getByLabel('Address').fill(server.address);
}
const save = (page: Page) => dialog(page).getByRole('button', { name: 'Save', exact: true }).click();

test('in the first minutes there is the demo, and the way to a key', async () => {
  const { page, close } = await harness.enter();
  await page.getByRole('button', { name: 'Try the demo' }).click();
  expect(await messageField(page).inputValue()).toMatch(/^open the terminal/);
  await messageField(page).fill('');
  await page.getByRole('log').getByRole('link', { name: 'Add a key' }).click();
  await page.getByRole('heading', { name: 'Your keys' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/settings/models');
  await close();
});

test('a person adds a key, chooses one of its models, and is answered by it', async () => {
  const { page, close } = await harness.enter();
  const answers: Promise<string>[] = [];
  page.on('response', (response) => response.url().includes('/api/v1/') && !response.url().endsWith('/ws') && answers.push(response.text().catch(() => '')));
  await page.goto('/settings/models');

  // On this machine, which nobody has allowed yet.
  await fillIn(page, { name: 'Local', key: ModelServer.KEY });
  await save(page);
  await dialog(page).getByRole('alert').waitFor();
  await dialog(page).getByRole('button', { name: 'Save anyway' }).waitFor();
  expect(server.asked).toEqual([]);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.goto('/admin/models');
  await page.getByLabel('Servers on private networks').fill(server.host);
  await section(page, 'Keys of people').getByRole('button', { name: 'Save' }).click();
  await section(page, 'Keys of people').getByText('Saved').waitFor();

  await page.goto('/settings/models');
  await fillIn(page, { name: 'Local', key: 'a wrong key'.replaceAll(' ', '-') });
  await save(page);
  await dialog(page).getByRole('alert').waitFor();
  await dialog(page).getByLabel('API key').fill(ModelServer.KEY);
  await save(page);
  await dialog(page).waitFor({ state: 'detached' });
  const row = page.getByRole('list', { name: 'Your keys' }).getByRole('listitem');
  await row.getByText('key ends in wxyz').waitFor();
  await row.getByText('2 models').waitFor();
  await page.getByRole('button', { name: 'Check again: Local' }).click();
  await row.getByText('It works: 2 models.').waitFor();
  await page.getByRole('button', { name: 'Change Local' }).click();
  expect(await dialog(page).getByLabel('API key').inputValue()).toBe('');
  await page.keyboard.press('Escape');

  // By the keyboard alone.
  await page.goto('/');
  await emptyChat(page);
  await chip(page).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: /local-large/ }).waitFor();
  await page.keyboard.type('large');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Model of this chat: local-large' }).waitFor();
  await messageField(page).fill('hello');
  await messageField(page).press('Enter');
  await page.getByRole('log').getByText('A greeting from the local model.').waitFor();
  expect(server.asked.at(-1)!.model).toBe('local-large');

  // One that the server does not list, and then the default again, which is the demo.
  await chip(page).click();
  await page.getByRole('combobox', { name: 'Search models' }).fill('local-next');
  await page.getByRole('option', { name: 'Use “local-next” with Local' }).click();
  await messageField(page).fill('hello again');
  await messageField(page).press('Enter');
  await expect.poll(() => server.asked.at(-1)!.model).toBe('local-next');
  await page.getByRole('log').getByText('A greeting from the local model.').nth(1).waitFor();
  await chip(page).click();
  await page.getByRole('option', { name: /^Use my default/ }).click();
  await page.getByText(/^You’re in demo mode/).waitFor();

  expect((await Promise.all(answers)).filter((answer) => answer.includes(ModelServer.KEY))).toEqual([]);
  await close();
});

test('a chat whose connection is deleted says so, and leads to the settings', async () => {
  const { page, close } = await harness.enter();
  const origin = { origin: new URL(page.url()).origin };
  const made = await page.request.post('/api/v1/admin/model-connections', {
    data: { name: 'For a while', provider: 'openai-compatible', address: server.address, key: ModelServer.KEY },
    headers: origin,
  });
  expect(made.status()).toBe(201);
  const { id } = (await made.json()) as { id: string };
  await page.goto('/admin/models');
  await page.getByRole('button', { name: /^Default model/ }).click();
  await page.getByRole('option', { name: /local-small/ }).click();
  await page.getByRole('button', { name: 'Default model: local-small' }).waitFor();
  await page.goto('/');
  await emptyChat(page);
  await chip(page).click();
  await page.getByRole('group', { name: 'For a while · for everybody' }).getByRole('option', { name: /local-small/ }).click();
  await dialog(page).waitFor({ state: 'detached' });
  const chat = page.url();
  await page.goto('/admin/models');
  await page.getByRole('button', { name: 'Delete For a while' }).click();
  await dialog(page).getByText(/have to choose another one/).waitFor();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  expect((await page.request.patch('/api/v1/admin/settings', { data: { default_model: null }, headers: origin })).status()).toBe(200);
  expect((await page.request.delete(`/api/v1/admin/model-connections/${id}`, { headers: origin })).status()).toBe(404);
  await page.goto(chat);
  await page.getByRole('button', { name: /local-small can’t be used any more/ }).waitFor();
  await messageField(page).fill('hello');
  await messageField(page).press('Enter');
  await page.getByRole('log').getByRole('link', { name: 'Open settings' }).waitFor();
  await expectAccessible(page);
  await close();
});

test('where nobody may have keys of their own, this is said in place of the button', async () => {
  const { page, close } = await harness.enter();
  await page.goto('/admin/models');
  const rules = section(page, 'Keys of people');
  await rules.getByRole('checkbox').uncheck();
  await rules.getByRole('button', { name: 'Save' }).click();
  await rules.getByText('Saved').waitFor();
  await page.goto('/settings/models');
  await page.getByText(/^Nobody may use keys of their own here/).waitFor();
  expect(await page.getByRole('button', { name: 'Add a key' }).count()).toBe(0);
  await page.goto('/admin/models');
  await rules.getByRole('checkbox').check();
  await rules.getByRole('button', { name: 'Save' }).click();
  await rules.getByText('Saved').waitFor();
  await close();
});

/** Connections as they may be: with long names, many models, and a problem. */
const price = { input: 5_000_000, output: 25_000_000, cache_read: 500_000, cache_write: 6_250_000 };
const models = [
  { id: 'claude-opus-5-5', name: 'Claude Opus 5.5', computer: 'native', sees: true, context: 200_000, price, efforts: ['low', 'medium', 'high', 'max'] },
  ...Array.from({ length: 30 }, (_, index) => ({ id: `a-vendor/a-model-with-a-rather-long-name-${index}`, computer: 'functions' })),
];
const connections = [
  { id: '1', name: 'A key with a name that is nearly as long as a name of one may be', provider: 'openai-compatible', address: 'https://models.a-rather-long-name-of-a-server.example.com/openai/v1', has_key: true, key_end: 'wxyz', models, problem: null, checked_at: '2026-11-30T08:15:00Z' },
  { id: '2', name: 'Lost', provider: 'anthropic', address: 'https://api.anthropic.com', has_key: false, key_end: 'abcd', models: [], problem: 'The API key is lost, because the master key was replaced. Give it again.', checked_at: null },
];
const sources = connections.map(({ id, name, provider, models, problem }) => ({ connection: id, owner: 'person', name, provider, models, problem }));
const list = {
  default: { connection: '1', model: 'claude-opus-5-5', effort: 'high' },
  installation_default: { provider: 'demo', model: 'demo' },
  own_keys_allowed: true,
  sources: [...sources, { owner: 'installation', name: '', provider: 'demo', models: [{ id: 'demo', computer: 'functions', sees: false }] }],
};

describe.each([
  ['light', 360],
  ['dark', 360],
  ['light', 768],
  ['light', 1440],
  ['dark', 1440],
] as const)('the pages fit and are accessible: %s, %i px', (theme, width) => {
  const check = (page: Page, name: string) => expectFits(page, `models-${name}-${theme}-${width}`);

  test('keys, their form, and the choice of a model', async () => {
    const { page, close } = await harness.enter({ theme, width, touch: width < 768 });
    await check(page, 'first-minutes');
    await page.route('**/api/v1/{users/me,admin}/model-connections', (route) => route.fulfill({ json: connections }));
    await page.route('**/api/v1/models', (route) => route.fulfill({ json: list }));
    for (const place of ['settings', 'admin']) {
      await page.goto(`/${place}/models`);
      await page.getByText('The API key is lost').first().waitFor();
      await check(page, place);
    }
    await page.getByRole('button', { name: 'Change Lost' }).click();
    await check(page, 'change');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add a key' }).click();
    await check(page, 'add');
    await page.goto('/');
    await emptyChat(page);
    await chip(page).click();
    await page.getByRole('option', { name: /^Claude Opus/ }).waitFor();
    expect(await page.getByLabel('Effort', { exact: true }).inputValue()).toBe('high');
    await check(page, 'picker');
    await page.getByRole('combobox', { name: 'Search models' }).fill('name-7');
    await check(page, 'picker-search');
    await close();
  });
});
