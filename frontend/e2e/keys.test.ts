import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { emptyChat, expectAccessible, liveScreen, messageField, saveScreenshot, status, windowOpened, type Visit } from './browser';
import { setUp } from './harness';

const harness = setUp();

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** A chat with an open terminal. */
async function enterWithTerminal(visit: Visit) {
  const visitor = await harness.enter(visit);
  const { page } = visitor;
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await liveScreen(page);
  await messageField(page).fill('open the terminal');
  await messageField(page).press('Enter');
  await windowOpened(page);
  await page.getByText('Done: I opened the terminal.').waitFor();
  return visitor;
}

async function takeOver(page: Page) {
  await button(page, 'Take over').click();
  await status(page, /^You’re in control$/);
}

/** The content of a file that was made on the desktop of the page's chat. */
async function output(page: Page, name: string) {
  const chat = new URL(page.url()).pathname.split('/').at(-1);
  const files = (await (await page.request.get(`/api/v1/chats/${chat}/files`)).json()) as { id: string; name: string }[];
  const file = files.find((one) => one.name === name);
  return file ? (await page.request.get(`/api/v1/files/${file.id}/content`)).text() : null;
}

const focusedText = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? null);

describe.each(['light', 'dark'] as const)('on a phone in the %s theme', (theme) => {
  test('the phone’s keyboard types on the desktop', async () => {
    const { page, close } = await enterWithTerminal({ theme, width: 390, height: 844, touch: true });
    const focused = () => page.evaluate(() => document.activeElement?.tagName);
    await button(page, 'Desktop').tap();
    await takeOver(page);
    await expectAccessible(page);
    await saveScreenshot(page, `phone-control-${theme}`);
    await button(page, 'Keyboard').tap();
    await button(page, 'Ctrl').tap();
    await expectAccessible(page);
    await saveScreenshot(page, `phone-keys-${theme}`);
    await button(page, 'Ctrl').tap();

    const phone = await phoneKeyboard(page);
    await phone.type('nonsense');
    await button(page, 'Ctrl').tap();
    await phone.type('u');
    await page.getByRole('application').tap();
    expect(await focused()).toBe('TEXTAREA');
    await phone.type('echo ');
    await phone.compose(['@', '@é']);
    await phone.compose(['ㅎ', '하', '한']);
    await phone.compose(['ㄱ', '그', '글', '긇', '글']);
    await phone.type('xyz');
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('Backspace');
    await phone.compose(['teh', 'the']);
    await phone.type(' > ~/Outputs/typed.txtt');
    await button(page, 'Left').tap();
    await button(page, 'Del').tap();
    await page.keyboard.press('Enter');
    await expect.poll(() => output(page, 'typed.txt'), { timeout: 30_000 }).toBe('@é한글the\n');

    await button(page, 'Send keys').tap();
    await page.getByRole('menuitem', { name: 'Close window Alt+F4' }).waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `phone-key-menu-${theme}`);
    await page.getByRole('menuitem', { name: 'Close window Alt+F4' }).tap();
    await page.getByRole('menu').waitFor({ state: 'detached' });
    expect(await focused()).toBe('TEXTAREA');
    await button(page, 'Hand back').tap();
    await status(page, 'Ready');
    await button(page, 'Conversation').tap();
    await page.getByRole('button', { name: /You took over/ }).tap();
    await page.getByText('Pressed alt+F4').waitFor();
    await close();
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('keys that the browser keeps for itself are sent from a menu, by keyboard', async () => {
    const { page, close } = await enterWithTerminal({ theme });
    await takeOver(page);
    await page.keyboard.press('Control+Alt+Shift');
    await expect.poll(() => focusedText(page)).toBe('Hand back');
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Send keys');
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await expectAccessible(page);
    await saveScreenshot(page, `key-menu-${theme}`);
    await page.getByRole('menuitem', { name: 'Close tab Ctrl+W' }).press('Enter');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    // The keyboard is the desktop's again.
    await page.keyboard.type('echo here > ~/Outputs/here.txt');
    await page.keyboard.press('Enter');
    await expect.poll(() => output(page, 'here.txt'), { timeout: 30_000 }).toBe('here\n');
    await button(page, 'Hand back').click();
    await status(page, 'Ready');
    await page.getByRole('button', { name: /You took over/ }).click();
    await page.getByText('Pressed ctrl+w').waitFor();
    await close();
  });
});

test('in full screen with control the browser’s keys are the desktop’s, and the menu is shown', async () => {
  const { page, close } = await harness.enter();
  await page.evaluate(rememberLock);
  const locked = () => page.evaluate(() => (window as unknown as { locked: boolean }).locked);
  await status(page, 'Ready');
  await button(page, 'Full screen').click();
  await button(page, 'Exit full screen').waitFor();
  expect(await locked()).toBe(false);
  await takeOver(page);
  await expect.poll(locked).toBe(true);
  await button(page, 'Send keys').click();
  const item = page.getByRole('menuitem', { name: 'Next tab Ctrl+Tab' });
  // Nothing lies over it.
  await item.click({ trial: true });
  await page.keyboard.press('Escape');
  await button(page, 'Hand back').click();
  await status(page, 'Ready');
  expect(await locked()).toBe(false);
  await takeOver(page);
  await expect.poll(locked).toBe(true);
  await button(page, 'Exit full screen').click();
  await button(page, 'Full screen').waitFor();
  expect(await locked()).toBe(false);
  await close();
});

/** Runs in the page: remembers whether the keyboard is locked, which the browser does not tell. */
function rememberLock() {
  const { keyboard } = navigator;
  if (!keyboard) throw new Error('This browser has no keyboard lock.');
  const { lock, unlock } = keyboard;
  const remembered = Object.assign(window, { locked: false });
  keyboard.lock = async () => {
    await lock.call(keyboard);
    remembered.locked = true;
  };
  keyboard.unlock = () => {
    unlock.call(keyboard);
    remembered.locked = false;
  };
}

test('while in control the browser asks before the page is left', async () => {
  const { page, close } = await harness.enter();
  const asked: string[] = [];
  page.on('dialog', async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  await status(page, 'Ready');
  await takeOver(page);
  await page.close({ runBeforeUnload: true });
  await expect.poll(() => asked).toEqual(['beforeunload']);
  expect(page.isClosed()).toBe(false);
  await button(page, 'Hand back').click();
  await status(page, 'Ready');
  await page.reload();
  await emptyChat(page);
  expect(asked).toEqual(['beforeunload']);
  await close();
});

/** A phone's keyboard: it names no keys, and composes or replaces words. */
async function phoneKeyboard(page: Page) {
  const cdp = await page.context().newCDPSession(page);
  const type = (text: string) => cdp.send('Input.insertText', { text });
  /** Composes a text in steps. The last is what it becomes. */
  const compose = async (steps: string[]) => {
    for (const text of steps) {
      await cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
    }
    await type(steps.at(-1)!);
  };
  return { type, compose };
}
