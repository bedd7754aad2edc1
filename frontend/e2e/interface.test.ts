import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADA,
  emptyChat,
  expectAccessible,
  launch,
  liveScreen,
  logIn,
  makeAdministrator,
  messageField,
  pill,
  saveScreenshot,
  visit,
} from './browser';
import { startDeskhand, type Deskhand } from './deskhand';

let deskhand: Deskhand;
let browser: Browser;

beforeAll(async () => {
  [deskhand, browser] = await Promise.all([startDeskhand(), launch()]);
  const { page, close } = await visit(browser, deskhand.url);
  await makeAdministrator(page, deskhand.setupLink);
  await close();
});
afterAll(async () => {
  await browser?.close();
  await deskhand?.stop();
});

async function enter(theme: 'light' | 'dark' = 'light') {
  const visitor = await visit(browser, deskhand.url, { theme });
  await visitor.page.goto('/');
  await logIn(visitor.page, ADA);
  await emptyChat(visitor.page);
  return visitor;
}

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('the login page is accessible', async () => {
    const { page, close } = await visit(browser, deskhand.url, { theme });
    await page.goto('/');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `login-${theme}`);
    await close();
  });

  test('a chat is accessible', async () => {
    const { page, close } = await enter(theme);
    await pill(page, 'Watching');
    await liveScreen(page);
    await expectAccessible(page);
    await saveScreenshot(page, `chat-${theme}`);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('group', { name: 'View' }).waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `chat-small-${theme}`);
    await close();
  });
});

test('a wrong password is told clearly, and the right one still works', async () => {
  const { page, close } = await visit(browser, deskhand.url);
  await page.goto('/');
  await logIn(page, { username: ADA.username, password: 'not-my-password' });
  const alert = page.getByRole('alert');
  await alert.waitFor();
  expect(await alert.textContent()).toMatch(/password/i);
  expect(new URL(page.url()).pathname).toBe('/login');
  await logIn(page, ADA);
  await emptyChat(page);
  await close();
});

test('the one-time link works once', async () => {
  const { page, close } = await visit(browser, deskhand.url);
  await page.goto(deskhand.setupLink);
  await page.getByLabel('First name').fill('Eve');
  await page.getByLabel('Last name').fill('Else');
  await page.getByLabel('Email').fill('eve@example.org');
  await page.getByLabel('Username').fill('eve');
  await page.getByLabel('Password').fill('let-me-in-please');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('alert').waitFor();
  await close();
});

test('an empty prompt cannot be sent', async () => {
  const { page, close } = await enter();
  const send = page.getByRole('button', { name: 'Send' });
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && request.url().includes('/history') && posts.push(request.url()));
  for (const text of ['', '   ', '\n\n']) {
    await messageField(page).fill(text);
    expect(await send.isDisabled()).toBe(true);
    await messageField(page).press('Enter');
  }
  await emptyChat(page);
  expect(posts).toEqual([]);
  await close();
});

test('a chat that is not there says so', async () => {
  const { page, close } = await enter();
  await page.goto('/chats/01936f5e-0000-7000-8000-000000000000');
  await page.getByRole('heading', { name: 'This chat is not here' }).waitFor();
  await close();
});

test('the person takes over, leaves the screen with the keyboard, and hands back', async () => {
  const { page, close } = await enter();
  await pill(page, 'Watching');
  await liveScreen(page);
  await page.getByRole('button', { name: 'Take over' }).click();
  await pill(page, 'You are in control');
  await saveScreenshot(page, 'in-control');
  await page.keyboard.press('Control+Alt+Shift');
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Hand back');
  await page.keyboard.press('Enter');
  await pill(page, 'Watching');
  await close();
});

test('the theme that is chosen stays', async () => {
  const { page, close } = await enter();
  const dark = () => page.evaluate(() => getComputedStyle(document.body).colorScheme || document.documentElement.dataset.theme);
  await page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect.poll(dark).toBe('dark');
  await page.reload();
  await emptyChat(page);
  expect(await dark()).toBe('dark');
  await close();
});
