import type { ElementHandle } from 'playwright-core';
import { expect, test } from 'vitest';
import { saveScreenshot } from './browser';
import { setUp, setUpChat } from './harness';
import { chatIdOf, openGroups, repeatStep, showEarlier } from './long-chat';

const STEPS = 665;
const TEXT_EVERY = 5;

const harness = setUp();
const chat = setUpChat(harness);

const add = (steps: number) => repeatStep(harness.deskhand.dataDir, chatIdOf(chat), steps, TEXT_EVERY);
const rows = () => chat.timeline().getByRole('listitem');
const fromEnd = () => chat.timeline().evaluate((log) => Math.round(log.scrollHeight - log.scrollTop - log.clientHeight));
/** Scrolls by some pixels, and waits until that is rendered. */
const scrollBy = (top: number) =>
  chat.timeline().evaluate(async (log, top) => {
    log.scrollBy({ top, behavior: 'instant' });
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
  }, top);
const topOf = (element: ElementHandle) => element.evaluate((node) => (node as Element).getBoundingClientRect().top);
/** A text of the assistant that is in view. */
const textInView = async () =>
  (
    await chat.timeline().evaluateHandle((log) => {
      const { top, height } = log.getBoundingClientRect();
      return [...log.querySelectorAll('p')].find((text) => text.getBoundingClientRect().top > top + height / 2)!;
    })
  ).asElement()!;

test('a chat of 2,000 events is rendered where it is seen, and what is in view stays in place', async () => {
  const { page } = chat;
  await chat.say('click at 200, 300');
  await chat.shows(/^Done: I clicked/);
  await chat.status('Ready');
  add(STEPS);
  await page.reload();
  await chat.status('Ready');
  await chat.timeline().getByText('Earlier steps are not loaded.').waitFor();
  // Markdown takes the place of plain text.
  await page.waitForLoadState('networkidle');
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);

  // Earlier steps go above what is in view.
  await chat.button('Show earlier').scrollIntoViewIfNeeded();
  const first = await textInView();
  const firstTop = await topOf(first);
  await showEarlier(chat);
  await scrollBy(0);
  expect(await topOf(first)).toBeCloseTo(firstTop, 0);

  await showEarlier(chat);
  await openGroups(chat);
  await expect.poll(() => rows().count()).toBe(STEPS + 1);
  const rendered = await chat.timeline().evaluate((log) => {
    const steps = [...log.querySelectorAll('li')];
    return steps.filter((step) => step.firstElementChild!.checkVisibility({ contentVisibilityAuto: true })).length;
  });
  expect(rendered).toBeGreaterThan(5);
  expect(rendered).toBeLessThan(STEPS / 5);

  // Steps get their true height when they come into view, which moves nothing that is there.
  await scrollBy(1_000_000);
  expect(await fromEnd()).toBeLessThanOrEqual(1);
  for (let turns = 0; turns < 20; turns++) {
    const text = await textInView();
    const top = await topOf(text);
    await scrollBy(-150);
    expect(await topOf(text)).toBeCloseTo(top + 150, 0);
  }

  // A step that arrives leaves the reader where they are, or keeps the end in view.
  const text = await textInView();
  const top = await topOf(text);
  add(1);
  await expect.poll(() => rows().count()).toBe(STEPS + 2);
  expect(await topOf(text)).toBe(top);
  await chat.button('Jump to latest').click();
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  add(1);
  await expect.poll(() => rows().count()).toBe(STEPS + 3);
  await expect.poll(fromEnd).toBeLessThanOrEqual(1);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await saveScreenshot(page, `long-chat-open-${colorScheme}`);
  }
});
