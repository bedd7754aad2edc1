import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ADA, emptyChat, expectAccessible, liveScreen, logIn, messageField, saveScreenshot } from './browser';
import { setUp } from './harness';

const harness = setUp();

/** Breaks off the first requests for each matching address, as a browser does when its network changes. */
async function breakOff(page: Page, addresses: RegExp, times: number): Promise<Map<string, number>> {
  const broken = new Map<string, number>();
  await page.route(addresses, (route) => {
    const path = new URL(route.request().url()).pathname;
    const count = broken.get(path) ?? 0;
    if (count === times) return route.continue();
    broken.set(path, count + 1);
    return route.abort('internetdisconnected');
  });
  return broken;
}

test('a page whose files and first requests are broken off loads all the same', async () => {
  const { page, close } = await harness.visit();
  const files = await breakOff(page, /\/assets\/.*\.(js|css)$/, 1);
  const requests = await breakOff(page, /\/api\/v1\/(users\/me|config|setup|chats\/.*)$/, 1);
  await page.goto('/');
  await logIn(page, ADA);
  await emptyChat(page);
  await liveScreen(page);
  await messageField(page).fill('say **done**');
  await messageField(page).press('Enter');
  // Markdown, whose code is loaded when it is first needed.
  await page.getByRole('log').locator('strong', { hasText: 'done' }).waitFor();
  expect([...files.keys()].filter((path) => path.endsWith('.js')).length).toBeGreaterThan(3);
  expect([...requests.keys()]).toContain('/api/v1/users/me');
  await close();
});

test('a page that cannot be loaded says so, and loads when asked to', async () => {
  const { page, close } = await harness.visit();
  let online = false;
  await page.route(/\/assets\/.*\.js$/, (route) => (online ? route.continue() : route.abort('internetdisconnected')));
  await page.goto('/');
  await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor();
  await expectAccessible(page);
  await saveScreenshot(page, 'not-loaded');
  online = true;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
  await close();
});

test('a page whose texts cannot be loaded says so, in the language of the browser', async () => {
  const { page, close } = await harness.visit({ locale: 'de-DE' });
  await page.route(/\/assets\/de-.*\.js$/, (route) => route.abort('internetdisconnected'));
  await page.goto('/');
  await page.getByRole('alert').filter({ hasText: 'konnte nicht geladen werden' }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe('de');
  await page.unroute(/\/assets\/de-.*\.js$/);
  await page.getByRole('button', { name: 'Noch einmal versuchen' }).click();
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  await close();
});
