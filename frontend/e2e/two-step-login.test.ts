import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Authenticator } from './authenticator';
import { emptyChat, expectAccessible, expectFits, logIn, saveScreenshot, type Account } from './browser';
import { setUp } from './harness';

const harness = setUp();

/** On the account page; the login has a page of this name. */
const section = (page: Page) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: 'Two-step login', exact: true, level: 2 }) });
const dialog = (page: Page) => page.getByRole('dialog');
const button = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true });
const alert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text }).waitFor();

/** The recovery codes that a dialog shows. */
async function codesOn(page: Page) {
  const codes = dialog(page).getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  await codes.first().waitFor();
  return codes.allTextContents();
}

/** Creates an account, and logs its owner in. */
async function enterAs(account: Account, theme: 'light' | 'dark' = 'light') {
  const admin = await harness.enter();
  const created = await admin.page.request.post('/api/v1/users', { data: { ...account, email: `${account.username}@example.org` } });
  expect(created.status()).toBe(201);
  await admin.close();
  const visitor = await harness.visit({ theme });
  await visitor.page.goto('/login');
  await logIn(visitor.page, account);
  await emptyChat(visitor.page);
  return visitor;
}

/** Opens the account page, and goes on to the QR code. */
async function beginToTurnOn(page: Page, { password }: Account) {
  await page.goto('/account');
  await section(page).getByText('Off. Your password is enough').waitFor();
  await section(page).getByRole('button', { name: 'Turn on' }).click();
  await dialog(page).getByLabel('Your password').fill(password);
  await button(page, 'Continue').click();
  return Authenticator.scan(page);
}

/** Turns it on. Returns the app and the recovery codes. */
async function turnOn(page: Page, account: Account) {
  const app = await beginToTurnOn(page, account);
  await dialog(page).getByLabel('Code', { exact: true }).fill(await app.next());
  await button(page, 'Turn on').click();
  const codes = await codesOn(page);
  expect(codes).toHaveLength(10);
  return { app, codes };
}

async function logOutOf(page: Page) {
  expect((await page.request.delete('/api/v1/auth/session')).status()).toBe(204);
  await page.goto('/login');
}

async function enterCode(page: Page, label: string, code: string) {
  await page.getByLabel(label, { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('two-step login is turned on, asks for codes, and is turned off', async () => {
  const grace = { username: 'grace', password: 'nanoseconds' };
  const { page, close } = await enterAs(grace);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());

  await page.goto('/account');
  await section(page).getByRole('button', { name: 'Turn on' }).click();
  await button(page, 'Continue').click();
  await alert(page, 'Enter your password.');
  await dialog(page).getByLabel('Your password').fill('wrong');
  await button(page, 'Continue').click();
  await alert(page, 'Wrong password.');
  const app = await beginToTurnOn(page, grace);
  const secret = (await dialog(page).getByLabel('Or enter this key').textContent())!.replaceAll(' ', '');
  await button(page, 'Copy').click();
  await button(page, 'Copied').waitFor();
  expect(await clipboard()).toBe(secret);
  expect(secret).toBe(app.secret);
  await button(page, 'Turn on').click();
  await alert(page, 'Enter the code that the app shows.');
  await dialog(page).getByLabel('Code', { exact: true }).fill(app.wrong());
  await button(page, 'Turn on').click();
  await alert(page, 'This code is wrong');
  await dialog(page).getByLabel('Code', { exact: true }).fill(await app.next());
  await button(page, 'Turn on').click();

  const codes = await codesOn(page);
  await button(page, 'Copy').click();
  await button(page, 'Copied').waitFor();
  expect((await clipboard()).split('\n')).toEqual(codes);
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download').click()]);
  expect(download.suggestedFilename()).toBe('deskhand-recovery-codes.txt');
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
  expect(lines[0]).toContain('grace');
  expect(lines.slice(2)).toEqual(codes);
  await button(page, 'I have saved them').click();
  await section(page).getByText('10 recovery codes are left.').waitFor();
  expect(await page.content()).not.toContain(codes[0]);

  // The next login asks for a code, and goes where the first step would have gone.
  await logOutOf(page);
  await page.goto('/account');
  await logIn(page, { ...grace, password: 'wrong' });
  await alert(page, 'Wrong username or password.');
  await logIn(page, grace);
  await page.getByRole('heading', { name: 'Two-step login' }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
  expect(await page.getByLabel('Code', { exact: true }).evaluate((field) => field === document.activeElement)).toBe(true);
  await enterCode(page, 'Code', '');
  await alert(page, 'Enter the code that the app shows.');
  await enterCode(page, 'Code', app.wrong());
  await alert(page, 'This code is wrong');
  await enterCode(page, 'Code', await app.next());
  await section(page).waitFor();

  await logOutOf(page);
  await logIn(page, grace);
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await enterCode(page, 'Recovery code', codes[0]!.toUpperCase());
  await emptyChat(page);
  await page.goto('/account');
  await section(page).getByText('9 recovery codes are left.').waitFor();

  await section(page).getByRole('button', { name: 'New recovery codes' }).click();
  await dialog(page).getByLabel('Your password').fill(grace.password);
  await button(page, 'New recovery codes').click();
  await alert(page, 'Enter your password and a code.');
  await dialog(page).getByLabel('Code of your app, or a recovery code').fill(codes[1]!);
  await button(page, 'New recovery codes').click();
  const renewed = await codesOn(page);
  expect(renewed).toHaveLength(10);
  expect(renewed.filter((code) => codes.includes(code))).toEqual([]);
  await button(page, 'I have saved them').click();
  await section(page).getByText('10 recovery codes are left.').waitFor();

  await section(page).getByRole('button', { name: 'Turn off' }).click();
  await dialog(page).getByLabel('Your password').fill(grace.password);
  await dialog(page).getByLabel('Code of your app, or a recovery code').fill(codes[2]!);
  await button(page, 'Turn off').click();
  await alert(page, 'This code is wrong');
  await dialog(page).getByLabel('Code of your app, or a recovery code').fill(renewed[0]!);
  await button(page, 'Turn off').click();
  await section(page).getByText('Off. Your password is enough').waitFor();
  await logOutOf(page);
  await logIn(page, grace);
  await emptyChat(page);
  await close();
});

test('an administrator resets it for somebody who has lost their app', async () => {
  const bob = { username: 'bob', password: 'nanoseconds' };
  const { page, close } = await enterAs(bob);
  await turnOn(page, bob);
  const admin = await harness.enter();
  const choose = async (name: string, action: string) => {
    await admin.page.getByRole('button', { name: `Actions for ${name}` }).click();
    await admin.page.getByRole('menuitem', { name: action }).click();
  };
  await admin.page.goto('/admin');
  await admin.page.getByRole('button', { name: 'Actions for ada' }).click();
  await admin.page.getByRole('menuitem', { name: 'Limits…' }).waitFor();
  expect(await admin.page.getByRole('menuitem', { name: 'Reset two-step login…' }).count()).toBe(0);
  await admin.page.keyboard.press('Escape');
  await choose('bob', 'Reset two-step login…');
  await expectAccessible(admin.page);
  await saveScreenshot(admin.page, 'two-step-reset');
  await button(admin.page, 'Reset').click();
  await dialog(admin.page).waitFor({ state: 'detached' });
  await logOutOf(page);
  await logIn(page, bob);
  await emptyChat(page);
  await choose('bob', 'Reset two-step login…');
  await button(admin.page, 'Reset').click();
  await alert(admin.page, 'Two-step login is not on.');
  await admin.close();
  await close();
});

test.each(['light', 'dark'] as const)('each step fits and is accessible in the %s theme', async (theme) => {
  const account = { username: `eve-${theme}`, password: 'nanoseconds' };
  const { page, close } = await enterAs(account, theme);
  const look = async (name: string) => {
    for (const width of [360, 768, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      await expectFits(page, `two-step-${name}-${theme}-${width}`);
    }
  };
  const app = await beginToTurnOn(page, account);
  await look('secret');
  await dialog(page).getByLabel('Code', { exact: true }).fill(await app.next());
  await button(page, 'Turn on').click();
  await dialog(page).getByRole('heading', { name: 'Recovery codes' }).waitFor();
  await look('codes');
  await button(page, 'I have saved them').click();
  await section(page).scrollIntoViewIfNeeded();
  await look('on');
  await section(page).getByRole('button', { name: 'Turn off' }).click();
  await look('off');
  await logOutOf(page);
  await logIn(page, account);
  await page.getByRole('heading', { name: 'Two-step login' }).waitFor();
  await look('login');
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await look('login-recovery');
  await close();
});
