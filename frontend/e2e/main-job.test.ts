import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ADA,
  emptyChat,
  launch,
  liveScreen,
  logIn,
  logOut,
  makeAdministrator,
  messageField,
  pill,
  pixelsChanged,
  saveScreenshot,
  visit,
} from './browser';
import { startDeskhand, type Deskhand, type Desktops } from './deskhand';

const PROMPT = 'open the terminal, type "echo deskhand-was-here > ~/Outputs/proof.txt", press Return';
/** More than a clock that ticks: a window has opened. */
const A_WINDOW = 20_000;

/** In the page, before its own scripts: counts the pieces of text that arrive while the model speaks. */
function countDeltas() {
  const counted = Object.assign(window, { deltas: 0 });
  const Original = window.EventSource;
  window.EventSource = class extends Original {
    constructor(url: string | URL, options?: EventSourceInit) {
      super(url, options);
      this.addEventListener('run', (event) => {
        if (JSON.parse(event.data).event.type === 'text_delta') counted.deltas += 1;
      });
    }
  };
}

const EVERYWHERE: Desktops[] = process.env.DESKHAND_WITHOUT_DOCKER ? ['local'] : ['local', 'docker'];

describe.each(EVERYWHERE)('with %s desktops', (desktops) => {
  let deskhand: Deskhand;
  let browser: Browser;

  beforeAll(async () => {
    [deskhand, browser] = await Promise.all([startDeskhand(desktops), launch()]);
  });
  afterAll(async () => {
    await browser?.close();
    await deskhand?.stop();
  });

  test('a newcomer asks, watches the desktop do it, and downloads what came of it', async () => {
    const { page, close } = await visit(browser, deskhand.url);
    await page.addInitScript(countDeltas);

    await makeAdministrator(page, deskhand.setupLink);
    await logOut(page);
    await logIn(page, ADA);
    await emptyChat(page);
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await pill(page, 'Watching');
    await liveScreen(page);

    await messageField(page).fill(PROMPT);
    await messageField(page).press('Enter');
    await pill(page, 'is working');
    await expect.poll(() => pixelsChanged(page), { timeout: 30_000 }).toBeGreaterThan(A_WINDOW);
    await pill(page, 'Watching');

    const log = page.getByRole('log');
    expect(await log.textContent()).toContain(PROMPT);
    // The answer came in pieces, before it was whole.
    expect(await page.evaluate(() => (window as unknown as { deltas: number }).deltas)).toBeGreaterThan(1);
    const group = log.getByRole('button', { name: /\d+ steps/ }).first();
    if ((await group.count()) > 0) await group.click();
    await log.getByText('echo deskhand-was-here', { exact: false }).last().waitFor();
    await saveScreenshot(page, 'main-job');

    await page.getByRole('button', { name: /^Files/ }).click();
    const link = page.getByRole('region', { name: 'Files' }).getByRole('link', { name: /Download proof\.txt/ });
    await link.waitFor();
    await saveScreenshot(page, 'main-job-files');
    const answer = await page.request.get((await link.getAttribute('href'))!);
    expect(answer.status()).toBe(200);
    expect(answer.headers()['content-disposition']).toContain('attachment');
    expect(await answer.text()).toBe('deskhand-was-here\n');

    await close();
  });

  test('the conversation is there again after a reload, its steps with their screenshots', async () => {
    const { page, close } = await visit(browser, deskhand.url);
    await page.goto('/login');
    await logIn(page, ADA);
    await emptyChat(page);
    await page.getByRole('navigation', { name: 'Chats' }).getByRole('link').nth(1).click();
    await page.getByRole('log').getByText(PROMPT).waitFor();

    await page.reload();
    await page.getByRole('log').getByText(PROMPT).waitFor();
    const selectedStep = page.getByRole('toolbar', { name: 'Steps so far' }).getByRole('button').first();
    await selectedStep.click();
    const image = page.getByRole('img', { name: /^The screen after/ });
    await image.waitFor();
    await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'Back to live' }).click();
    await image.waitFor({ state: 'detached' });
    await close();
  });
});
