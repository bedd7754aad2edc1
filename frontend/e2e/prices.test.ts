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

const section = (page: Page) => page.locator('section').filter({ has: page.getByRole('heading', { name: 'Prices', exact: true }) });
const prices = (page: Page) => page.getByRole('list', { name: 'Prices' }).getByRole('listitem');
const dialog = (page: Page) => page.getByRole('dialog');
const chip = (page: Page) => page.getByRole('button', { name: /^Model of this chat/ });

async function save(page: Page) {
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await dialog(page).waitFor({ state: 'detached' });
}

test('an administrator sets, replaces and deletes the price of a model, and people see it', async () => {
  const { page, close } = await harness.enter();
  const made = await page.request.post('/api/v1/admin/model-connections', {
    data: { name: 'Local', provider: 'openai-compatible', address: server.address, key: ModelServer.KEY },
    headers: { origin: new URL(page.url()).origin },
  });
  expect(made.status()).toBe(201);
  await page.goto('/admin/models');
  await section(page).getByText('Without a known price: local-small, local-large.').waitFor();
  await section(page).getByText('None is set').waitFor();

  await page.getByRole('button', { name: 'Set a price' }).click();
  // The browser says what is missing, and nothing is sent.
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  expect(await dialog(page).getByLabel('Model', { exact: true }).evaluate((field) => field.matches(':invalid'))).toBe(true);
  await dialog(page).getByLabel('Provider').selectOption('OpenAI-compatible server');
  await dialog(page).getByLabel('Model', { exact: true }).fill('local-small');
  await dialog(page).getByLabel('Input', { exact: true }).fill('0.25');
  await dialog(page).getByLabel('Output, with thinking').fill('1.5');
  await save(page);
  await prices(page).getByText('$0.25 in, $1.50 out a million tokens · cache: $0.25 read, $0.25 written').waitFor();
  await section(page).getByText('Without a known price: local-large.').waitFor();

  await page.getByRole('button', { name: 'Set a price' }).click();
  await dialog(page).getByLabel('Provider').selectOption('OpenAI-compatible server');
  await dialog(page).getByLabel('Model', { exact: true }).fill('*');
  await dialog(page).getByLabel('Input', { exact: true }).fill('0');
  await dialog(page).getByLabel('Output, with thinking').fill('0');
  await save(page);
  await expect.poll(() => prices(page).count()).toBe(2);
  expect(await section(page).getByText('Without a known price').count()).toBe(0);

  await page.getByRole('button', { name: 'Change the price of local-small (OpenAI-compatible server)' }).click();
  await dialog(page).getByLabel('Output, with thinking').fill('2');
  await save(page);
  await prices(page).getByText('$0.25 in, $2.00 out').waitFor();
  await page.reload();
  await prices(page).getByText('$0.25 in, $2.00 out').waitFor();

  await page.goto('/');
  await emptyChat(page);
  await chip(page).click();
  await page.getByRole('option', { name: /^local-small.*\$0\.25 in, \$2\.00 out/ }).waitFor();
  await page.getByRole('option', { name: /^local-large.*free/ }).click();
  await dialog(page).waitFor({ state: 'detached' });
  await messageField(page).fill('hello');
  await messageField(page).press('Enter');
  await page.getByRole('log').getByText('A greeting from the local model.').waitFor();

  await page.goto('/admin/models');
  await page.getByRole('button', { name: 'Delete the price of * (OpenAI-compatible server)' }).click();
  await dialog(page).getByText(/vendor’s list says counts again/).waitFor();
  await expectAccessible(page);
  await dialog(page).getByRole('button', { name: 'Delete' }).click();
  await dialog(page).waitFor({ state: 'detached' });
  await expect.poll(() => prices(page).count()).toBe(1);
  await section(page).getByText('Without a known price: local-large.').waitFor();

  await page.goto('/admin');
  await page.getByText('ada set the price of a model').first().waitFor();
  await page.getByText('ada deleted the price of a model').waitFor();
  await close();
});

/** Prices as they may be: with long names, and parts of a cent. */
const set = (provider: string, model: string, input: number, output: number) => ({
  provider, model, price: { input, output, cache_read: input / 10, cache_write: input },
});
const listed = [
  set('anthropic', 'claude-opus-5-5', 5_000_000, 25_000_000),
  set('openai-compatible', '*', 0, 0),
  set('openai-compatible', 'a-vendor/a-model-with-a-rather-long-name-that-has-no-space-in-it-at-all', 75_000, 300_000),
];

describe.each([
  ['light', 360],
  ['dark', 360],
  ['light', 768],
  ['light', 1440],
  ['dark', 1440],
] as const)('the page and its form fit and are accessible: %s, %i px', (theme, width) => {
  const check = (page: Page, name: string) => expectFits(page, `prices-${name}-${theme}-${width}`);

  test('prices', async () => {
    const { page, close } = await harness.enter({ theme, width, touch: width < 768 });
    await page.route('**/api/v1/admin/model-prices', (route) => route.fulfill({ json: listed }));
    await page.goto('/admin/models');
    await prices(page).getByText('a-vendor/').waitFor();
    await section(page).scrollIntoViewIfNeeded();
    await check(page, 'list');
    await page.getByRole('button', { name: 'Set a price' }).click();
    await check(page, 'form');
    await close();
  });
});
