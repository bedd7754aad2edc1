import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADA, emptyChat, liveScreen, logIn, messageField, saveScreenshot, status, visit } from './browser';
import { setUp } from './harness';
import { startNetwork, type Network } from './network';

const harness = setUp();
let network: Network;

beforeAll(async () => {
  network = await startNetwork(harness.deskhand.url);
});
afterAll(() => network?.close());

test('while the server is out of reach everything says so, and keeps what is known', async () => {
  const { page, close } = await visit(harness.browser, network.url);
  await page.goto('/');
  await logIn(page, ADA);
  await emptyChat(page);
  await messageField(page).fill('take a screenshot');
  await messageField(page).press('Enter');
  await page.getByRole('log').getByText('Took a screenshot').last().waitFor();
  await status(page, 'Ready');
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await emptyChat(page);
  await messageField(page).fill('wait 100 seconds');
  await messageField(page).press('Enter');
  await status(page, 'is working');
  // The page forgets the other chat's desktop.
  await page.reload();
  await status(page, 'is working');
  await liveScreen(page);

  network.cut();
  await status(page, 'Offline');
  const lastFrame = page.getByRole('img', { name: 'The last picture of the desktop' });
  await expect.poll(() => lastFrame.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(1280);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await saveScreenshot(page, `offline-${theme}`);
  }
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await page.getByRole('alert').filter({ hasText: 'Can’t reach Deskhand' }).waitFor();
  await saveScreenshot(page, 'offline-new-chat');

  // A chat that is opened meanwhile.
  await page.getByRole('link', { name: 'take a screenshot' }).click();
  await page.getByRole('heading', { name: 'take a screenshot', level: 1 }).waitFor({ state: 'attached' });
  await page.getByRole('heading', { name: 'Can’t reach Deskhand' }).waitFor();
  await status(page, 'Offline');
  expect(await page.getByText('The desktop stopped').count()).toBe(0);
  await saveScreenshot(page, 'offline-opened');
  await page.setViewportSize({ width: 360, height: 740 });
  await saveScreenshot(page, 'offline-opened-360');
  await page.setViewportSize({ width: 1440, height: 900 });

  network.restore();
  await status(page, 'Ready');
  await page.getByRole('heading', { name: 'Can’t reach Deskhand' }).waitFor({ state: 'detached' });
  await lastFrame.waitFor({ state: 'detached' });
  await liveScreen(page);
  await close();
});
