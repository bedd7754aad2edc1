import { describe, expect, test } from 'vitest';
import { ADA, emptyChat, expectAccessible, expectFits, logIn, saveScreenshot } from './browser';
import { setUp } from './harness';

const harness = setUp();

const WIDTHS = [360, 768, 1440];

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('the account page is accessible and fits every width', async () => {
    const { page, close } = await harness.enter({ theme });
    await page.goto('/account');
    await page.getByRole('list', { name: 'Sessions' }).getByText('This browser').waitFor();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await expectFits(page, `account-${theme}-${width}`);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByRole('dialog', { name: 'New API token' }).waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `account-token-${theme}`);
    await close();
  });
});

test('a person changes their profile', async () => {
  const { page, close } = await harness.enter();
  await page.getByRole('button', { name: /menu/i }).last().click();
  await page.getByRole('menuitem', { name: 'Account' }).click();
  await page.getByRole('heading', { name: 'Account' }).waitFor();
  await page.getByLabel('First name').fill('Augusta');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await page.reload();
  expect(await page.getByLabel('First name').inputValue()).toBe('Augusta');
  await page.getByLabel('Email').fill('nobody');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: /e-mail address/i }).waitFor();
  await close();
});

test('a token is created, shown once, used and revoked', async () => {
  const { page, close } = await harness.enter();
  await page.goto('/account');
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog', { name: 'New API token' });
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'name' }).waitFor();
  await dialog.getByLabel('Name').fill('nightly backup');
  await dialog.getByRole('button', { name: 'Create token' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'may do' }).waitFor();
  await dialog.getByLabel('Read your account').check();
  await dialog.getByRole('button', { name: 'Create token' }).click();
  const token = await dialog.getByLabel('Token').textContent();
  const me = () => fetch(`${harness.deskhand.url}/api/v1/users/me`, { headers: { 'X-API-Key': token! } });
  expect((await me()).status).toBe(200);
  await dialog.getByRole('button', { name: 'Done' }).click();
  expect(await page.content()).not.toContain(token);
  await page.getByRole('button', { name: 'Revoke nightly backup' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('You have no tokens.').waitFor();
  expect((await me()).status).toBe(401);
  await close();
});

test('a person ends another session, and all of them', async () => {
  const { page, close } = await harness.enter();
  const other = await harness.enter();
  await page.goto('/account');
  const list = page.getByRole('list', { name: 'Sessions' });
  await list.getByText('This browser').waitFor();
  const before = await list.getByRole('listitem').count();
  // The one used last is listed first.
  await list.getByRole('button', { name: /^End / }).first().click();
  await expect.poll(() => list.getByRole('listitem').count()).toBe(before - 1);
  await expect.poll(async () => (await other.page.request.get('/api/v1/users/me')).status()).toBe(401);
  await page.getByRole('button', { name: 'Log out everywhere' }).click();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await other.close();
  await close();
});

test('a person changes their password and stays logged in', async () => {
  const { page, close } = await harness.enter();
  const other = await harness.enter();
  await page.goto('/account');
  const change = async (old: string, next: string) => {
    await page.getByLabel('Current password').fill(old);
    await page.getByLabel('New password').fill(next);
    await page.getByRole('button', { name: 'Change password' }).click();
  };
  await change('wrong', 'analytical-engine');
  await page.getByRole('status').filter({ hasText: 'old password is wrong' }).waitFor();
  await change(ADA.password, 'analytical-engine');
  await page.getByRole('status').filter({ hasText: 'Password changed' }).waitFor();
  expect((await other.page.request.get('/api/v1/users/me')).status()).toBe(401);
  await page.goto('/');
  await emptyChat(page);
  await other.page.goto('/login');
  await logIn(other.page, { ...ADA, password: 'analytical-engine' });
  await emptyChat(other.page);
  await page.goto('/account');
  // As the other tests of this file expect it.
  await change('analytical-engine', ADA.password);
  await page.getByRole('status').filter({ hasText: 'Password changed' }).waitFor();
  await other.close();
  await close();
});
