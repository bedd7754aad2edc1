import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Authenticator } from './authenticator';
import { emptyChat, expectAccessible, expectFits, saveScreenshot } from './browser';
import { setUp } from './harness';
import { CLIENT, OpenIdProvider } from './openIdProvider';

const harness = setUp();
const WIDTHS = [360, 768, 1440];
let provider: OpenIdProvider;

const section = (page: Page, name: string) => page.locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) });

/** Logs in at the provider, whose page is open. */
async function passProvider(page: Page, name: string) {
  await page.waitForURL(`${provider.issuer}/**`);
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('anything');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function expectFitsEachWidth(page: Page, name: string) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await expectFits(page, `${name}-${width}`);
  }
}

/** The administrator sets the provider up, as they would a company's. */
beforeAll(async () => {
  provider = await OpenIdProvider.start(`${harness.deskhand.url}/api/v1/auth/providers/company/callback`);
  const { page, close } = await harness.enter();
  await page.goto('/admin');
  await page.getByRole('radio', { name: /^Everybody/ }).click();
  await section(page, 'Registration').getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await page.getByRole('button', { name: 'Add provider' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a login provider' });
  await dialog.getByLabel('ID', { exact: true }).fill('company');
  await dialog.getByLabel('Issuer').fill(`${provider.issuer}/`);
  await dialog.getByLabel('Name', { exact: true }).fill('Company');
  await dialog.getByLabel('Client ID').fill(CLIENT.client_id);
  await dialog.getByLabel('Client secret').fill(CLIENT.client_secret);
  expect(await dialog.getByLabel('Callback address').inputValue()).toBe(`${harness.deskhand.url}/api/v1/auth/providers/company/callback`);
  await expectAccessible(page);
  await saveScreenshot(page, 'login-provider-dialog');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const providers = section(page, 'Login providers');
  // It calls itself something else, by one character.
  await providers.getByRole('button', { name: 'Test Company' }).click();
  await providers.getByRole('alert').filter({ hasText: `calls itself ${provider.issuer}.` }).waitFor();
  await providers.getByRole('button', { name: 'Delete Company' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await providers.getByText('There are none.').waitFor();
  const added = await page.request.post('/api/v1/admin/identity-providers', {
    data: { slug: 'company', kind: 'oidc', name: 'Company', issuer: provider.issuer, ...CLIENT },
  });
  expect(added.status()).toBe(201);
  await page.reload();
  await providers.getByRole('button', { name: 'Test Company' }).click();
  await providers.getByRole('status').filter({ hasText: 'It answers as it should.' }).waitFor();
  await close();
});
afterAll(() => provider?.stop());

test('somebody without an account logs in, gets one, and sets a password', async () => {
  const { page, close } = await harness.visit();
  await page.goto('/login?next=%2Faccount');
  await page.getByRole('button', { name: 'Continue with Company' }).click();
  await passProvider(page, 'grace');
  await page.getByRole('list', { name: 'Linked logins' }).getByText('Company').waitFor();
  expect(new URL(page.url()).pathname).toBe('/account');
  expect(await page.getByLabel('Username').inputValue()).toBe('grace');
  expect(await page.getByLabel('Email').inputValue()).toBe('grace@example.com');
  await page.getByRole('button', { name: 'Unlink Company' }).click();
  await page.getByRole('status').filter({ hasText: 'Set a password first' }).waitFor();
  expect(await page.getByLabel('Current password').count()).toBe(0);
  await page.getByLabel('New password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByLabel('Current password').waitFor();
  await page.getByRole('button', { name: 'Unlink Company' }).click();
  await page.getByText('You have linked none.').waitFor();
  await close();
});

test('somebody who is logged in links, and logs in with it elsewhere', async () => {
  const { page, close } = await harness.enter();
  await page.goto('/account');
  await page.getByRole('button', { name: 'Link Company' }).click();
  await passProvider(page, 'augusta');
  await page.getByRole('list', { name: 'Linked logins' }).getByText('augusta').waitFor();
  await close();
  const elsewhere = await harness.visit();
  await elsewhere.page.goto('/login');
  await elsewhere.page.getByRole('button', { name: 'Continue with Company' }).click();
  await passProvider(elsewhere.page, 'augusta');
  await emptyChat(elsewhere.page);
  await elsewhere.page.getByRole('button', { name: 'Ada Lovelace' }).waitFor();
  await elsewhere.close();
});

test('an account with two-step login asks for the code after the provider', async () => {
  const { page, close } = await harness.visit();
  await page.goto('/login');
  await page.getByRole('button', { name: 'Continue with Company' }).click();
  await passProvider(page, 'joan');
  await emptyChat(page);
  await page.goto('/account');
  await page.getByLabel('New password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByLabel('Current password').waitFor();
  await section(page, 'Two-step login').getByRole('button', { name: 'Turn on' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').fill('correct horse battery');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  const app = await Authenticator.scan(page);
  await dialog.getByLabel('Code', { exact: true }).fill(await app.next());
  await dialog.getByRole('button', { name: 'Turn on' }).click();
  await dialog.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  expect((await page.request.delete('/api/v1/auth/session')).status()).toBe(204);
  await page.goto('/login?next=%2Faccount');
  // The provider knows the browser.
  await page.getByRole('button', { name: 'Continue with Company' }).click();
  await page.getByLabel('Code', { exact: true }).fill(app.wrong());
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('alert').filter({ hasText: 'This code is wrong' }).waitFor();
  await expectAccessible(page);
  await page.getByLabel('Code', { exact: true }).fill(await app.next());
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('list', { name: 'Linked logins' }).getByText('joan').waitFor();
  await close();
});

test('whoever says no at the provider is told so, and can try again', async () => {
  const { page, close } = await harness.visit();
  await page.goto('/login');
  await page.getByRole('button', { name: 'Continue with Company' }).click();
  await page.waitForURL(`${provider.issuer}/**`);
  await page.getByRole('link', { name: /cancel/i }).click();
  await page.getByRole('alert').filter({ hasText: 'the access was refused' }).waitFor();
  await page.getByRole('button', { name: 'Try again with Company' }).click();
  await page.waitForURL(`${provider.issuer}/**`);
  await close();
});

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('the pages are accessible and fit every width', async () => {
    const guest = await harness.visit({ theme });
    await guest.page.goto('/login?error=provider_email_taken&provider=company');
    await guest.page.getByRole('button', { name: 'Try again with Company' }).waitFor();
    await expectFitsEachWidth(guest.page, `login-providers-${theme}`);
    await guest.close();
    const { page, close } = await harness.enter({ theme });
    await page.goto('/account?error=identity_taken&provider=company');
    await page.getByRole('alert').filter({ hasText: 'linked to another account' }).waitFor();
    await expectFitsEachWidth(page, `account-logins-${theme}`);
    await page.goto('/admin');
    await page.getByRole('button', { name: 'Change Company' }).waitFor();
    await expectFitsEachWidth(page, `admin-providers-${theme}`);
    await section(page, 'Login providers').scrollIntoViewIfNeeded();
    await saveScreenshot(page, `admin-providers-section-${theme}`);
    await close();
  });
});

test('a provider that is away is told of, and the password still works', async () => {
  await provider.stop();
  const admin = await harness.enter();
  // What was remembered of it is forgotten.
  await admin.page.goto('/admin');
  await admin.page.getByRole('button', { name: 'Test Company' }).click();
  await section(admin.page, 'Login providers').getByRole('alert').filter({ hasText: "can't be reached" }).waitFor();
  await admin.close();
  const { page, close } = await harness.visit();
  await page.goto('/login');
  await page.getByRole('button', { name: 'Continue with Company' }).click();
  await page.getByRole('alert').filter({ hasText: "can't be reached" }).waitFor();
  await close();
});
