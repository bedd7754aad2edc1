import { test } from 'vitest';
import { messageField, status } from './browser';
import { setUp } from './harness';

const harness = setUp();

test('eight tabs of one browser are all live', async () => {
  const { page, close } = await harness.enter();
  const tabs = [page];
  while (tabs.length < 8) {
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    tabs.push(tab);
  }
  // Six event streams would be all that a browser opens to a server over HTTP/1.1, and nothing else got through.
  for (const tab of tabs) await status(tab, 'Ready');
  await messageField(tabs[7]!).fill('say "heard by all"');
  await tabs[7]!.keyboard.press('Enter');
  await Promise.all(tabs.map((tab) => tab.getByRole('log').getByText(/^heard by all/).first().waitFor()));
  await tabs[0]!.reload();
  await tabs[0]!.getByRole('log').getByText(/^heard by all/).first().waitFor();
  await close();
});
