import { describe, expect, test } from 'vitest';
import { ADA, emptyChat, expectAccessible, liveScreen, logIn, logOut, makeAdministrator, messageField, saveScreenshot, status, windowOpened } from './browser';
import type { Desktops } from './deskhand';
import { setUp } from './harness';

const PROMPT = 'open the terminal, type "echo deskhand-was-here > ~/Outputs/proof.txt", press Return';

/** Runs in the page before its own scripts: counts the deltas of streamed text. */
function countDeltas() {
  const counted = Object.assign(window, { deltas: 0 });
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(Original, arguments_: ConstructorParameters<typeof WebSocket>) {
      const socket = new Original(...arguments_);
      socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (typeof data === 'string' && data.includes('"type":"text_delta"')) counted.deltas += 1;
      });
      return socket;
    },
  });
}

const EVERYWHERE: Desktops[] = process.env.DESKHAND_WITHOUT_DOCKER ? ['local'] : ['local', 'docker'];

describe.each(EVERYWHERE)('with %s desktops', (desktops) => {
  const harness = setUp({ desktops, administrator: false });

  test('a newcomer asks, watches the desktop do it, and downloads the result', async () => {
    const { page, close } = await harness.visit();
    await page.addInitScript(countDeltas);

    await makeAdministrator(page, harness.deskhand.setupLink);
    await logOut(page);
    await logIn(page, ADA);
    await emptyChat(page);
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await status(page, 'Ready');
    await liveScreen(page);

    await messageField(page).fill(PROMPT);
    await messageField(page).press('Enter');
    await status(page, 'is working');
    await windowOpened(page);
    await status(page, 'Ready');

    const log = page.getByRole('log');
    expect(await log.textContent()).toContain(PROMPT);
    // The answer was streamed.
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

    // Somebody without an account downloads it by a link, until all links are ended.
    const files = page.getByRole('region', { name: 'Files' });
    await files.getByRole('button', { name: 'Share proof.txt' }).click();
    const share = page.getByRole('dialog', { name: 'Share proof.txt' });
    await share.getByLabel('Valid for').selectOption('a week');
    await expectAccessible(page);
    await share.getByRole('button', { name: 'Create link' }).click();
    const shared = await share.getByLabel('Link').inputValue();
    expect(await (await fetch(shared)).text()).toBe('deskhand-was-here\n');
    await page.keyboard.press('Escape');
    await files.getByRole('button', { name: 'Share proof.txt' }).click();
    await share.getByRole('button', { name: 'End all links' }).click();
    await share.getByText('All links to this file have ended.').waitFor();
    expect((await fetch(shared)).status).toBe(404);

    await close();
  });

  test('a reload shows the conversation again, its steps with their screenshots', async () => {
    const { page, close } = await harness.enter();
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
