import type { Browser, Page } from 'playwright-core';
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
  pixelsChanged,
  saveScreenshot,
  visit,
} from './browser';
import { startDeskhand, type Deskhand } from './deskhand';

/** More than a clock that ticks: a window has opened. */
const A_WINDOW = 20_000;

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

async function enterNewChat(theme: 'light' | 'dark' = 'light') {
  const visitor = await visit(browser, deskhand.url, { theme });
  await visitor.page.goto('/');
  await logIn(visitor.page, ADA);
  await visitor.page.getByRole('button', { name: 'New chat' }).first().click();
  await emptyChat(visitor.page);
  await pill(visitor.page, 'Watching');
  await liveScreen(visitor.page);
  return visitor;
}

async function say(page: Page, text: string) {
  await messageField(page).fill(text);
  await messageField(page).press('Enter');
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const screen = (page: Page) => page.getByRole('img', { name: 'Live screen of the desktop' });

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('the person takes over from the model at work, types, hands back, and the run goes on', async () => {
    const { page, close } = await enterNewChat(theme);
    await say(page, `open the terminal, wait 100 seconds, run \`cp ~/by-hand ~/Outputs/${theme}.txt\``);
    await expect.poll(() => pixelsChanged(page), { timeout: 30_000 }).toBeGreaterThan(A_WINDOW);
    await page.getByText('Waiting').waitFor();

    await screen(page).click({ force: true });
    const ask = page.getByRole('group', { name: 'Take over?' });
    await ask.getByText('Demo will pause after this step.').waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `takeover-asked-${theme}`);
    await ask.getByRole('button', { name: 'Take over' }).click();
    await pill(page, /^You are in control$/);
    await page.getByText('Demo goes on when you hand back.').waitFor();
    expect(await button(page, 'Resume').count()).toBe(0);
    await page.keyboard.type('echo typed > ~/by-hand');
    await page.keyboard.press('Enter');
    await expectAccessible(page);
    await saveScreenshot(page, `takeover-held-${theme}`);

    await button(page, 'Hand back').click();
    await pill(page, 'Watching');
    const row = page.getByRole('button', { name: /You took over · 2 steps/ });
    await row.click();
    await page.getByText('Typed 22 characters').waitFor();
    await page.getByText('Pressed Return').waitFor();
    expect(await page.getByRole('log').textContent()).not.toContain('echo typed');
    await page.getByRole('log').getByRole('link', { name: new RegExp(`${theme}\\.txt`) }).waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `takeover-told-${theme}`);
    await close();
  });
});

test('taking over in another window moves control there, and both say so', async () => {
  const { page, close } = await enterNewChat();
  await button(page, 'Take over').click();
  await pill(page, /^You are in control$/);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await pill(other, 'You are in control in another window');
  await button(other, 'Take over').click();
  await pill(page, 'You are in control in another window');
  await page.getByText('You took over in another window').waitFor();
  await saveScreenshot(page, 'takeover-moved');
  // Closing a window hands back at once.
  await other.close({ runBeforeUnload: true });
  await pill(page, 'Watching');
  await close();
});
