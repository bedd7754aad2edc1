import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ADA, emptyChat, expectAccessible, launch, logIn, makeAdministrator, messageField, pill, saveScreenshot, visit } from './browser';
import { startDeskhand, type Deskhand } from './deskhand';

let deskhand: Deskhand;
let browser: Browser;
let page: Page;
let close: () => Promise<void>;

beforeAll(async () => {
  [deskhand, browser] = await Promise.all([startDeskhand(), launch()]);
  const first = await visit(browser, deskhand.url);
  await makeAdministrator(first.page, deskhand.setupLink);
  await first.close();
});
afterAll(async () => {
  await browser?.close();
  await deskhand?.stop();
});
beforeEach(async () => {
  ({ page, close } = await visit(browser, deskhand.url));
  await page.goto('/login');
  await logIn(page, ADA);
  await emptyChat(page);
  await pill(page, 'Watching');
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await saveScreenshot(page, 'failed');
  await close();
});

const log = () => page.getByRole('log');
const button = (name: string | RegExp) => page.getByRole('button', { name });
const card = (name: string | RegExp) => page.getByRole('group', { name });
const told = (text: string | RegExp) => log().getByText(text).last().waitFor();
const gone = (name: string | RegExp) => button(name).waitFor({ state: 'detached' });

async function say(text: string) {
  await messageField(page).fill(text);
  await messageField(page).press('Enter');
}

/** Asks before commands, by the chip in the composer. */
async function askBeforeCommands() {
  await button(/^Approval in this chat/).click();
  await page.getByRole('menuitemcheckbox', { name: 'Running commands' }).click();
  await page.keyboard.press('Escape');
  await button('Approval in this chat: Asks before running commands').waitFor();
}

async function chooseFor(message: string, action: string) {
  const words = log().getByText(message, { exact: true }).last();
  await words.hover();
  await words.locator('xpath=ancestor::div[2]').getByRole('button', { name: 'Message actions' }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Lets the step end that reads from this pipe in its desktop's home. */
async function release(step: number) {
  const desktops = join(deskhand.dataDir, 'desktops');
  const pipes = async () => {
    const all = (await readdir(desktops)).map((desktop) => join(desktops, desktop, 'home', `go${step}`));
    return all.filter(existsSync);
  };
  await expect.poll(pipes).toHaveLength(1);
  await writeFile((await pipes())[0]!, 'go');
}

/** In both themes, wide and narrow; nothing serious for people who can't see it either. */
async function saveScreenshots(name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
      await expectAccessible(page);
      await saveScreenshot(page, `${name}-${colorScheme}-${width}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1440, height: 900 });
}

test('a command needs approval: it is denied with a reason, then approved, then always allowed', async () => {
  await askBeforeCommands();
  await say('run `echo never > ~/Outputs/never.txt`, take a screenshot');
  await pill(page, 'Needs your approval');
  await card('May Demo run a command?').getByText('echo never > ~/Outputs/never.txt').waitFor();
  expect(await page.title()).toMatch(/^Needs you: /);
  await page.getByRole('navigation', { name: 'Chats' }).getByText('Needs you').first().waitFor();
  await saveScreenshots('approval');

  // The person is in the message field; the keyboard alone gets them to the card and through it.
  await messageField(page).focus();
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('group');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: /What should be different/ }).fill('not in this folder');
  await page.keyboard.press('Enter');
  await pill(page, 'Watching');
  await button(/1 denied/).click();
  await told('You denied this: “not in this folder”');
  await told('Not done, because a step before it was denied');
  await saveScreenshots('denied');

  await say('run `echo yes > ~/Outputs/yes.txt`, run `echo more`');
  await card('May Demo run a command?').getByText('echo yes').waitFor();
  await button('Approve').click();
  await card('May Demo run a command?').getByText('echo more').waitFor();
  await told('You approved this');
  await button('Always in this chat').click();
  await pill(page, 'Watching');
  await button('Approval in this chat: Never asks').waitFor();
  await say('run `echo unasked`');
  await pill(page, 'Watching');
  await log().getByText('unasked', { exact: true }).last().waitFor();

  await button(/^Files/).click();
  const files = page.getByRole('region', { name: 'Files' });
  await files.getByRole('link', { name: /Download yes\.txt/ }).waitFor();
  expect(await files.getByRole('link', { name: /never\.txt/ }).count()).toBe(0);
});

test('a click that needs approval shows where it would go', async () => {
  await say('take a screenshot');
  await pill(page, 'Watching');
  await button(/^Approval in this chat/).click();
  await page.getByRole('menuitemradio', { name: 'Everything' }).click();
  await page.keyboard.press('Escape');
  await button(/Asks before everything/).waitFor();
  await say('click at 640,400');
  const crop = card('May Demo use the mouse?').getByRole('img', { name: 'Where on the screen' });
  await crop.waitFor();
  await expect.poll(() => crop.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(100);
  await saveScreenshots('approval-click');
  await button('Approve').click();
  await pill(page, 'Watching');
  await told('You approved this');
});

test('a question is answered with a choice, another in other words', async () => {
  await say('ask "Which one?" with "this" or "that"');
  await pill(page, 'Waiting for your answer');
  await saveScreenshots('question');
  await card('Demo asks').getByRole('button', { name: 'that' }).click();
  await pill(page, 'Watching');
  await told('You answered: that');

  await say('ask "Go on?"');
  await pill(page, 'Waiting for your answer');
  await card('Demo asks').getByRole('textbox').fill('in a minute');
  await page.keyboard.press('Enter');
  await pill(page, 'Watching');
  await told('You answered: in a minute');
  await page.reload();
  await told('You answered: in a minute');
});

test('a run is paused before its next step, says so, and goes on when it is resumed', async () => {
  const steps = [0, 1, 2].map((step) => `run \`mkfifo ~/go${step} && cat ~/go${step}\``);
  await say(`${steps.join(', ')}, run \`echo all done\``);
  await pill(page, 'is working');
  await told('mkfifo ~/go0');
  await button('Pause').click();
  await told('Pausing after this step');
  await saveScreenshots('pausing');
  await release(0);
  await pill(page, 'Paused');
  await saveScreenshots('paused');
  await log().getByRole('button', { name: 'Resume' }).click();
  await release(1);
  await release(2);
  await pill(page, 'Watching');
  await log().getByRole('button', { name: /4 steps/ }).waitFor();
});

test('a message sent meanwhile is shown as queued, and is withdrawn', async () => {
  await say('wait 100 seconds');
  await pill(page, 'is working');
  await say('run `echo never`');
  await told('Queued');
  await saveScreenshots('queued');
  await button('Withdraw').click();
  await told(/^Withdrawn\. Demo does not read it\.$/);
  expect(await messageField(page).inputValue()).toBe('run `echo never`');
  await pill(page, 'is working');
  await messageField(page).fill('');
  await button('Stop').first().click();
  await pill(page, 'Watching');
  await told('Stopped');
});

test('a message whose call got no answer is sent again, and is there once', async () => {
  const keys: (string | undefined)[] = [];
  await page.route('**/history', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    // The server has taken it; its answer is lost on the way.
    await route.fetch();
    return route.abort('connectionreset');
  });
  await say('run `echo once`');
  await log().getByText('Done: I ran', { exact: false }).waitFor();
  await expect.poll(() => keys.length).toBe(2);
  expect(keys[1]).toBe(keys[0]);
  await pill(page, 'Watching');
  await page.reload();
  await log().getByText('Done: I ran', { exact: false }).waitFor();
  expect(await log().getByText('run `echo once`', { exact: true }).count()).toBe(1);
});

test('the last message is edited and run again; what came of it before is collapsed, not lost', async () => {
  await say('run `echo wrong`');
  await pill(page, 'Watching');
  await chooseFor('run `echo wrong`', 'Edit and run again');
  const field = page.getByRole('textbox', { name: 'Your message, edited' });
  await field.fill('run `echo right`');
  await saveScreenshots('editing');
  await field.press('Enter');
  await log().getByText('run `echo right`', { exact: true }).waitFor();
  await pill(page, 'Watching');
  await button(/^Replaced message/).waitFor();
  await saveScreenshots('replaced');
  await button(/^Replaced message/).click();
  await log().getByText('run `echo wrong`', { exact: true }).last().waitFor();
});

test('a chat is forked at a message, and the fork runs it on a desktop of its own', async () => {
  await say('run `echo one > ~/Outputs/one.txt`');
  await pill(page, 'Watching');
  const original = page.url();
  await chooseFor('run `echo one > ~/Outputs/one.txt`', 'Fork from here');
  await page.waitForURL((url) => url.href !== original);
  await told(/^Forked here/);
  await pill(page, 'Watching');
  await saveScreenshots('forked');
  await button('Run this here').click();
  await pill(page, 'is working');
  await pill(page, 'Watching');
  await gone('Run this here');
  await log().getByText('1 step', { exact: false }).last().waitFor();
});

test('what is set for all chats holds in a new one', async () => {
  await page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'Some kinds of step' }).check();
  await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await saveScreenshots('settings');
  expect(await page.getByRole('checkbox', { name: 'Running commands' }).isChecked()).toBe(true);
  await button('New chat').first().click();
  await emptyChat(page);
  await button('Approval in this chat: Asks before running commands').waitFor();
  await say('run `echo asked`');
  await pill(page, 'Needs your approval');
  await say('take a screenshot');
  await told('You wrote a message instead');
  await pill(page, 'Watching');
  // As it was, for whoever comes next.
  await page.goto('/settings');
  await page.getByRole('radio', { name: 'Nothing' }).check();
  await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
});
