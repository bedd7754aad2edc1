import Axe from 'axe-core';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Language } from '../src/words/languages';

/** Where screenshots of the interface go, outside the repository. */
const SCREENSHOTS = resolve(import.meta.dirname, '../../target/e2e');

/** `hosts` are the names, such as `*.example.org`, that lead to this machine. */
export const launch = (hosts: string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--host-resolver-rules=${hosts.map((host) => `MAP ${host} 127.0.0.1`).join(',')}`,
    ],
  });

export interface Visit {
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
  /** Whether the screen is touched, without a mouse. */
  touch?: boolean;
  timezoneId?: string;
  locale?: string;
  /** The language of the interface that was chosen in this browser. */
  language?: Language;
}

export interface Visitor {
  page: Page;
  /** Fails when the page's scripts have thrown. */
  close: () => Promise<void>;
}

/** A page of a new visitor, without cookies. */
export async function visit(browser: Browser, url: string, { theme = 'light', width = 1440, height = 900, touch = false, language, ...place }: Visit = {}): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    colorScheme: theme,
    viewport: { width, height },
    hasTouch: touch,
    isMobile: touch,
    ignoreHTTPSErrors: true,
    ...place,
  });
  if (language) await context.addInitScript((chosen) => localStorage.setItem('deskhand.language', chosen), language);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const thrown: Error[] = [];
  page.on('pageerror', (error) => thrown.push(error));
  const close = async () => {
    await context.close();
    expect(thrown).toEqual([]);
  };
  return { page, close };
}

export async function saveScreenshot(page: Page, name: string) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}

/** Fails when axe finds anything serious or critical on the page. */
export async function expectAccessible(page: Page) {
  await page.evaluate(Axe.source);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: Pick<typeof Axe, 'run'> };
    const { violations } = await axe.run(document, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  });
  expect(violations).toEqual([]);
}

/** Fails unless the page is accessible and neither it, nor its main part, nor a dialog scrolls sideways; keeps a screenshot. */
export async function expectFits(page: Page, screenshot: string) {
  await expectAccessible(page);
  const overflow = await page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('[role=dialog], main')].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth),
  );
  expect(Math.max(...overflow), screenshot).toBeLessThanOrEqual(0);
  await saveScreenshot(page, screenshot);
}

export interface Account {
  username: string;
  password: string;
}

export const ADA: Account = { username: 'ada', password: 'difference-engine' };

/** Creates the first administrator through the setup link; leaves the page in an empty chat. */
export async function makeAdministrator(page: Page, setupLink: string) {
  await page.goto(setupLink);
  await page.getByLabel('First name').fill('Ada');
  await page.getByLabel('Last name').fill('Lovelace');
  await page.getByLabel('Email').fill('ada@example.org');
  await page.getByLabel('Username').fill(ADA.username);
  await page.getByLabel('Password').fill(ADA.password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await emptyChat(page);
}

export async function logIn(page: Page, { username, password }: Account) {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

export async function logOut(page: Page) {
  await page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByRole('heading', { name: 'Log in' }).waitFor();
}

export const emptyChat = (page: Page) => page.getByRole('heading', { name: 'What should I do on this computer?' }).waitFor();

export const messageField = (page: Page) => page.getByRole('textbox', { name: 'Message', exact: true });

/** Waits until the status above the screen says so. */
export const status = (page: Page, text: string | RegExp) =>
  page.getByTestId('control-pill').filter({ hasText: text }).waitFor({ timeout: 60_000 });

/** Waits for a live view that is not blank, and remembers it in the page. */
export async function liveScreen(page: Page) {
  const remember = () => {
    const canvas = document.querySelector('canvas');
    if (!canvas?.width || !canvas.height) return false;
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Uint32Array(data.buffer);
    Object.assign(window, { rememberedScreen: pixels });
    return pixels.some((pixel) => pixel !== pixels[0]);
  };
  await expect.poll(() => page.evaluate(remember), { timeout: 30_000 }).toBe(true);
}

/** Waits until more of the live screen differs from the remembered one than a ticking clock changes: a window has opened. */
export const windowOpened = (page: Page) =>
  expect.poll(() => pixelsChanged(page), { timeout: 30_000 }).toBeGreaterThan(20_000);

/** The number of pixels of the live screen that differ from the remembered one. */
function pixelsChanged(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { rememberedScreen: before } = window as unknown as { rememberedScreen: Uint32Array };
    const canvas = document.querySelector('canvas')!;
    const after = new Uint32Array(canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return after.reduce((changed, pixel, index) => changed + (pixel === before[index] ? 0 : 1), 0);
  });
}
