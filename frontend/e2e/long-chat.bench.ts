// Measures a chat of 2,000 events with all its steps shown: scrolling, typing, and steps that arrive. Prints milliseconds.

import type { Browser, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { messageField } from './browser';
import { setUp, setUpChat } from './harness';
import { chatIdOf, openGroups, repeatStep, showEarlier } from './long-chat';

const STEPS = 665;
const TEXT_EVERY = 5;
const SCROLLS = 8;
const KEYS = 60;
const ARRIVALS = 15;

const harness = setUp();
const chat = setUpChat(harness);

test('a long chat', { timeout: 500_000 }, async () => {
  const { page } = chat;
  const { dataDir } = harness.deskhand;
  await chat.say('click at 200, 300');
  await chat.shows(/^Done: I clicked/);
  await chat.status('Ready');
  const chatId = chatIdOf(chat);
  repeatStep(dataDir, chatId, STEPS, TEXT_EVERY);
  await page.reload();
  await chat.status('Ready');
  const [opening] = await tasks(harness.browser, page, () => showEarlier(chat));
  await showEarlier(chat);
  const folded = await elements(page);
  print('folded', { elements: folded, 'longest task of loading earlier events': [opening!] });
  await measure(page, () => repeatStep(dataDir, chatId, 1, TEXT_EVERY));
  await openGroups(chat);
  await chat.timeline().evaluate((log) => log.scrollTo(0, log.scrollHeight));
  print('open', { elements: await elements(page) });
  await page.waitForTimeout(1000);
  await measure(page, () => repeatStep(dataDir, chatId, 1, TEXT_EVERY));
});

async function measure(page: Page, arrive: () => void) {
  print('  frame to frame while scrolling', await scroll(page));
  print('  work of one keystroke', { 'to the next frame': await typing(page) });
  const selecting: number[] = [];
  const frames = () => page.evaluate(() => document.querySelectorAll('[data-call]').length);
  const choose = (nth: number) => page.evaluate((nth) => [...document.querySelectorAll<HTMLElement>('[data-frame]')].at(-nth)!.click(), nth);
  for (let nth = 11; nth > 0; nth--) {
    selecting.push(
      (
        await tasks(harness.browser, page, async () => {
          await choose(nth);
          await page.waitForTimeout(100);
        })
      )[0]!,
    );
  }
  print('  choosing a step', { 'longest task': selecting });
  const arriving: number[] = [];
  for (let nth = 0; nth < ARRIVALS; nth++) {
    const before = await frames();
    const [longest] = await tasks(harness.browser, page, async () => {
      arrive();
      await expect.poll(frames).toBe(before + 1);
      await page.waitForTimeout(100);
    });
    arriving.push(longest!);
  }
  print('  a step that arrives', { 'longest task': arriving });
}

const elements = (page: Page) => page.evaluate(() => document.querySelectorAll('*').length);

/** The times between frames, in milliseconds, while the wheel is turned over the steps. */
async function scroll(page: Page) {
  const box = (await chat.timeline().boundingBox())!;
  const gesture = { x: box.x + box.width / 2, y: box.y + box.height / 2, speed: 3000, gestureSourceType: 'mouse' as const };
  const session = await page.context().newCDPSession(page);
  await page.mouse.move(gesture.x, gesture.y);
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const next = (now: number) => {
      frames.push(now - last);
      last = now;
      if (!stopped) requestAnimationFrame(next);
    };
    let stopped = false;
    Object.assign(window, { stopFrames: () => ((stopped = true), frames) });
    requestAnimationFrame(next);
  });
  for (let nth = 0; nth < SCROLLS; nth++) {
    const yDistance = nth % 4 < 2 ? 3000 : -3000;
    await session.send('Input.synthesizeScrollGesture', { ...gesture, yDistance });
  }
  const frames = await page.evaluate(() => (window as unknown as { stopFrames: () => number[] }).stopFrames().slice(1));
  await session.detach();
  return { frames, 'over 20 ms': frames.filter((frame) => frame > 20).length };
}

/** The main thread's work for each keystroke, in milliseconds: handling it, and rendering the next frame. */
async function typing(page: Page): Promise<number[]> {
  const field = messageField(page);
  await field.focus();
  await page.evaluate(() => {
    const times: number[] = [];
    const after = (then: () => void) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = then;
      port2.postMessage(null);
    };
    let start = 0;
    window.addEventListener('keydown', () => (start = performance.now()), true);
    window.addEventListener(
      'input',
      () => {
        after(() => {
          const handled = performance.now() - start;
          requestAnimationFrame(() => {
            const frame = performance.now();
            after(() => times.push(handled + performance.now() - frame));
          });
        });
      },
      true,
    );
    Object.assign(window, { keystrokes: times });
  });
  for (let nth = 0; nth < KEYS; nth++) {
    await page.keyboard.press(nth % 6 === 5 ? 'Space' : 'a');
    await page.waitForTimeout(30);
  }
  await field.fill('');
  return page.evaluate(() => (window as unknown as { keystrokes: number[] }).keystrokes.slice());
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  dur?: number;
  args: { name?: string };
}

/** The tasks of the page's main thread in milliseconds, the longest first. */
async function tasks(browser: Browser, page: Page, action: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] });
  await action();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const main = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  return traceEvents
    .filter(({ name, pid, tid }) => name === 'RunTask' && main.some((thread) => thread.pid === pid && thread.tid === tid))
    .map(({ dur = 0 }) => dur / 1000)
    .sort((one, other) => other - one);
}

function print(title: string, figures: Record<string, number | number[]>) {
  const quantile = (values: number[], part: number) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))]!;
  const shown = Object.entries(figures).map(([name, values]) =>
    typeof values === 'number'
      ? `${name} ${values}`
      : `${name} p50 ${quantile(values, 0.5).toFixed(1)}, p95 ${quantile(values, 0.95).toFixed(1)}, worst ${Math.max(...values).toFixed(1)}, n = ${values.length}`,
  );
  process.stdout.write(`${title}: ${shown.join('; ')}\n`);
}
