import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { ADA, emptyChat, launch, logIn, makeAdministrator, saveScreenshot, visit, type Visit, type Visitor } from './browser';
import { Chat } from './chat';
import { startDeskhand, type Deskhand, type Desktops } from './deskhand';

export interface Harness {
  deskhand: Deskhand;
  browser: Browser;
  /** A page of a new visitor, who is not logged in. */
  visit: (visit?: Visit) => Promise<Visitor>;
  /** A page of the administrator, in an empty chat. */
  enter: (visit?: Visit) => Promise<Visitor>;
}

interface Options {
  desktops?: Desktops;
  /** Whether the first administrator is there before the tests begin. */
  administrator?: boolean;
}

/** Starts the product and a browser before the tests of a file, and stops both after them. */
export function setUp({ desktops = 'local', administrator = true }: Options = {}): Harness {
  const harness = {
    visit: (options) => visit(harness.browser, harness.deskhand.url, options),
    enter: async (options) => {
      const visitor = await harness.visit(options);
      await visitor.page.goto('/login');
      await logIn(visitor.page, ADA);
      await emptyChat(visitor.page);
      return visitor;
    },
  } as Harness;
  beforeAll(async () => {
    [harness.deskhand, harness.browser] = await Promise.all([startDeskhand(desktops), launch()]);
    if (!administrator) return;
    const { page, close } = await harness.visit();
    await makeAdministrator(page, harness.deskhand.setupLink);
    await close();
  });
  afterAll(async () => {
    await harness.browser?.close();
    await harness.deskhand?.stop();
  });
  return harness;
}

/** Gives each test an empty chat of the administrator, with its desktop ready. A test that fails leaves a screenshot. */
export function setUpChat(harness: Harness): Chat {
  const chat = new Chat();
  let close: Visitor['close'];
  beforeEach(async () => {
    ({ page: chat.page, close } = await harness.enter());
    await chat.status('Ready');
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await saveScreenshot(chat.page, 'failed');
    await close();
  });
  return chat;
}
