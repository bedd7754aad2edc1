import { expect, test } from 'vitest';
import { expectFits, liveScreen, messageField, status } from './browser';
import { setUp } from './harness';

const harness = setUp();

test.each([
  ['light', 360],
  ['dark', 360],
  ['light', 768],
  ['light', 1440],
  ['dark', 1440],
] as const)('the page fits and is accessible: %s, %i px', async (theme, width) => {
  const { page, close } = await harness.enter({ theme, width, touch: width < 768 });
  await page.request.post('/api/v1/chats?wait=60', { data: { initial_message: 'take a screenshot' }, headers: { origin: new URL(page.url()).origin } });
  await page.goto('/admin/desktops');
  const screen = page.getByRole('img', { name: 'Screen of ada’s desktop' }).first();
  await expect.poll(() => screen.evaluate((image) => (image as HTMLImageElement).naturalWidth)).toBe(320);
  await expectFits(page, `desktops-${theme}-${width}`);
  await close();
});

test('the administrator stops a desktop that somebody watches, and its owner starts it again', async () => {
  const owner = await harness.enter();
  await messageField(owner.page).fill('wait 100 seconds');
  await messageField(owner.page).press('Enter');
  await owner.page.waitForURL(/\/chats\//);
  await liveScreen(owner.page);
  const { page, close } = await harness.enter();
  await page.goto('/admin');
  await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Desktops' }).click();
  const desktops: { chat_id: string }[] = await (await page.request.get('/api/v1/admin/desktops')).json();
  const nth = desktops.findIndex(({ chat_id: chat }) => owner.page.url().endsWith(chat));
  await page.getByRole('button', { name: 'Stop ada’s desktop' }).nth(nth).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await owner.page.getByText('An administrator ended its programs').first().waitFor();
  await messageField(owner.page).fill('say "hello"');
  await messageField(owner.page).press('Enter');
  await status(owner.page, 'Ready');
  await liveScreen(owner.page);
  await owner.close();
  await close();
});
