import { describe, expect, test } from 'vitest';
import { ADA, emptyChat, expectAccessible, liveScreen, logIn, messageField, saveScreenshot, status } from './browser';
import { setUp } from './harness';

const harness = setUp();

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('the login page is accessible', async () => {
    const { page, close } = await harness.visit({ theme });
    await page.goto('/');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `login-${theme}`);
    await close();
  });

  test('a chat is accessible', async () => {
    const { page, close } = await harness.enter({ theme });
    await status(page, 'Ready');
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

test('a wrong password is reported, and the right one still works', async () => {
  const { page, close } = await harness.visit();
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

test('the setup link works once', async () => {
  const { page, close } = await harness.visit();
  await page.goto(harness.deskhand.setupLink);
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
  const { page, close } = await harness.enter();
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

test('an unknown chat is reported as not found', async () => {
  const { page, close } = await harness.enter();
  await page.goto('/chats/01936f5e-0000-7000-8000-000000000000');
  await page.getByRole('heading', { name: 'Chat not found' }).waitFor();
  await close();
});

test('an unknown address is reported within the frame', async () => {
  const { page, close } = await harness.enter();
  await page.goto('/nothing/here');
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  await page.getByRole('navigation', { name: 'Chats' }).waitFor();
  await expectAccessible(page);
  await close();
});

test('whoever is logged in goes past the login page', async () => {
  const { page, close } = await harness.enter();
  await page.goto('/login?next=/settings');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  await page.goto('/login');
  await emptyChat(page);
  await close();
});

test('the skip link leads to the message field, and to the content where there is none', async () => {
  const { page, close } = await harness.enter();
  await status(page, 'Ready');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  // Out of sight it leaves no trace, not even a shadow.
  expect(await skip.evaluate((link) => getComputedStyle(link).boxShadow)).toBe('none');
  await skip.focus();
  await page.keyboard.press('Enter');
  expect(await messageField(page).evaluate((field) => field === document.activeElement)).toBe(true);

  await page.getByRole('button', { name: 'Ada Lovelace' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Settings' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.tagName);
  await page.getByRole('menu').waitFor({ state: 'detached' });
  await expect.poll(focused).toBe('MAIN');
  await skip.focus();
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('MAIN');
  await expectAccessible(page);
  await close();
});

test('on a touch screen menus are shown, and the dot of a chat lies beside its menu', async () => {
  const { page, close } = await harness.enter({ width: 360, height: 740, touch: true });
  await messageField(page).fill('say "Hello there.", ask "Which one?"');
  await page.getByRole('button', { name: 'Send' }).tap();
  await page.getByRole('group', { name: 'Demo has a question' }).waitFor();
  const menus = page.getByRole('button', { name: 'Message actions' });
  // Of the message and of the answer.
  expect(await menus.evaluateAll((buttons) => buttons.map((button) => getComputedStyle(button).opacity))).toEqual(['1', '1']);
  await page.getByRole('button', { name: 'Open sidebar' }).tap();
  const row = page.getByRole('dialog').getByRole('listitem').filter({ hasText: 'Needs you' });
  const dot = (await row.getByTitle('Needs you').boundingBox())!;
  const menu = (await row.getByRole('button').boundingBox())!;
  expect(dot.x + dot.width).toBeLessThanOrEqual(menu.x);
  await saveScreenshot(page, 'drawer-touch');
  await close();
});

test('the person takes over, leaves the screen with the keyboard, and hands back', async () => {
  const { page, close } = await harness.enter();
  await status(page, 'Ready');
  await liveScreen(page);
  await page.getByRole('button', { name: 'Take over' }).click();
  await status(page, 'You’re in control');
  await saveScreenshot(page, 'in-control');
  await page.keyboard.press('Control+Alt+Shift');
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Hand back');
  await page.keyboard.press('Enter');
  await status(page, 'Ready');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Take over');
  // Again at once, while the server still reports the lease that was given back.
  await page.keyboard.press('Enter');
  await status(page, 'You’re in control');
  await close();
});

test('the chosen theme survives a reload', async () => {
  const { page, close } = await harness.enter();
  const dark = () => page.evaluate(() => getComputedStyle(document.body).colorScheme || document.documentElement.dataset.theme);
  await page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect.poll(dark).toBe('dark');
  await page.reload();
  await emptyChat(page);
  expect(await dark()).toBe('dark');
  await close();
});
