import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { emptyChat, expectAccessible, liveScreen, messageField, saveScreenshot, status, windowOpened } from './browser';
import { setUp } from './harness';


const harness = setUp();

async function enterNewChat(theme: 'light' | 'dark' = 'light') {
  const visitor = await harness.enter({ theme });
  await visitor.page.getByRole('button', { name: 'New chat' }).first().click();
  await emptyChat(visitor.page);
  await status(visitor.page, 'Ready');
  await liveScreen(visitor.page);
  return visitor;
}

async function say(page: Page, text: string) {
  await messageField(page).fill(text);
  await messageField(page).press('Enter');
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const screen = (page: Page) => page.getByRole('img', { name: 'Live view of the desktop' });

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('the person takes over from the working model, types, hands back, and the run continues', async () => {
    const { page, close } = await enterNewChat(theme);
    await say(page, `open the terminal, wait 100 seconds, run \`cp ~/by-hand ~/Outputs/${theme}.txt\``);
    await windowOpened(page);
    await page.getByText('Waiting').waitFor();

    await screen(page).click({ force: true });
    const ask = page.getByRole('group', { name: 'Take over?' });
    await ask.getByText('Demo will pause after this step.').waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `takeover-asked-${theme}`);
    await ask.getByRole('button', { name: 'Take over' }).click();
    await status(page, /^You’re in control$/);
    await page.getByText('Demo continues when you hand back.').waitFor();
    expect(await button(page, 'Resume').count()).toBe(0);
    await page.keyboard.type('echo typed > ~/by-hand');
    await page.keyboard.press('Enter');
    await expectAccessible(page);
    await saveScreenshot(page, `takeover-held-${theme}`);

    await button(page, 'Hand back').click();
    await status(page, 'Ready');
    const row = page.getByRole('button', { name: /You took over · 2 steps/ });
    await row.click();
    await page.getByText('Typed 22 characters').waitFor();
    await page.getByText('Pressed Return').waitFor();
    expect(await page.getByRole('log').textContent()).not.toContain('echo typed');
    await page.getByRole('log').getByRole('link', { name: new RegExp(`${theme}\\.txt`) }).waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `takeover-reported-${theme}`);
    await close();
  });
});

test('taking over in another window moves control there, and both say so', async () => {
  const { page, close } = await enterNewChat();
  await button(page, 'Take over').click();
  await status(page, /^You’re in control$/);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await status(other, 'You’re in control in another window');
  // The note disappears after a moment.
  const note = page.getByText('You took over in another window').waitFor();
  await button(other, 'Take over').click();
  await note;
  await status(page, 'You’re in control in another window');
  await saveScreenshot(page, 'takeover-moved');
  // Closing a window hands back at once.
  await other.close({ runBeforeUnload: true });
  await status(page, 'Ready');
  await close();
});
