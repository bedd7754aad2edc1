import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADA, emptyChat, launch, liveScreen, logIn, logOut, makeAdministrator, saveScreenshot, visit, type Visitor } from './browser';
import { Chat } from './chat';
import { startDeskhand, type Deskhand } from './deskhand';
import { documented, freePort, startProxy, type Program } from './proxy';

/** nginx closes connections that are silent for a minute. */
const STILL_MS = 120_000;
/** More than nginx accepts by default. */
const UPLOAD = Buffer.from(`through the proxy\n${'-'.repeat(2 << 20)}`);

interface Layer {
  name: string;
  program: Program;
  /** Makes another configuration of the documented one. */
  change?: (site: string) => string;
}

const HOST = { place: 'host', host: 'desk.example.org', path: '/', layers: [
  { name: 'nginx', program: 'nginx' },
  { name: 'Caddy', program: 'caddy' },
] satisfies Layer[] } as const;
const PATH = { place: 'path', host: 'example.org', path: '/desk/', layers: [
  { name: 'nginx', program: 'nginx' },
  { name: 'nginx that strips the path', program: 'nginx', change: (site) => site.replace(':8010;', ':8010/;') },
  { name: 'Caddy', program: 'caddy' },
  {
    name: 'Caddy that strips the path',
    program: 'caddy',
    change: (site) => site.replace(/reverse_proxy (\S+) (\S+)/, 'handle_path $1 {\nreverse_proxy $2\n}'),
  },
] satisfies Layer[] } as const;

let browser: Browser;
/** A view of a still desktop through nginx, which the tests leave alone. */
let still: { page: Page; connections: string[]; since: number };
/** What is stopped after the tests, in this order. */
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  browser = await launch(['*.example.org', 'example.org', 'desk.lan']);
  stops.push(() => browser.close());
});
afterAll(async () => {
  for (const stop of stops) await stop();
});

interface Watched extends Visitor {
  chat: Chat;
  /** The addresses that the page has loaded or connected to. */
  urls: string[];
  /** Responses that tell of an error. */
  failures: string[];
}

/** A visitor of whom all requests are recorded. */
async function watch(base: string): Promise<Watched> {
  const { page, close } = await visit(browser, base);
  const [urls, failures]: [string[], string[]] = [[], []];
  page.on('request', (request) => urls.push(request.url()));
  page.on('websocket', (socket) => urls.push(socket.url().replace(/^ws/, 'http')));
  page.on('response', (response) => response.status() >= 400 && failures.push(`${response.status()} ${response.url()}`));
  const chat = new Chat();
  chat.page = page;
  return { page, close, chat, urls, failures };
}

const sessionCookie = async (page: Page) => (await page.context().cookies()).find(({ name }) => name === 'deskhand_session');
const warning = (page: Page) => page.getByText('This connection is not encrypted');

/** Logs in on the login page; leaves the page in an empty chat. */
async function enter({ page }: Watched) {
  await page.goto('login');
  await logIn(page, ADA);
  await emptyChat(page);
}

/** Sends a file and a message, watches the answer arrive and the live view, and downloads a file. */
async function converse({ page, chat }: Watched) {
  await chat.status('Ready');
  await liveScreen(page);
  await page.locator('input[type=file]').setInputFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: UPLOAD });
  await page.getByRole('listitem').filter({ hasText: 'note.txt' }).getByText('2.1 MB').waitFor();
  await chat.say('run `head -n 1 ~/Uploads/note.txt`, wait 3 seconds, run `cp ~/Uploads/note.txt ~/Outputs/copy.txt`');
  // It streams: the first step is there while the run goes on.
  await chat.shows('head -n 1');
  await chat.status('is working');
  await chat.status('Ready');

  await chat.button(/^Files/).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('region', { name: 'Files' }).getByRole('link', { name: /Download copy\.txt/ }).click();
  // `toEqual` takes seconds for so many bytes.
  expect(UPLOAD.equals(await readFile(await (await downloading).path()))).toBe(true);
}

/** Opens the chat by its address, logged out, and sees it again with its screenshots. */
async function comeBack({ page, chat }: Watched) {
  const address = page.url();
  await logOut(page);
  await page.goto(address);
  await logIn(page, ADA);
  await chat.shows('through the proxy');
  expect(page.url()).toBe(address);
  await page.getByRole('toolbar', { name: 'Steps so far' }).getByRole('button').first().click();
  const image = page.getByRole('img', { name: /^The screen after/ });
  await expect.poll(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(100);
}

/** The page has stayed below its address, and nothing failed but the question whether it is logged in. */
function expectAllBelow(base: string, { page, urls, failures }: Watched) {
  expect(page.url().startsWith(base)).toBe(true);
  expect(urls.filter((url) => !url.startsWith(base) && !/^(blob|data):/.test(url))).toEqual([]);
  expect(failures.filter((failure) => !/^401 .*\/(users\/me|config)$/.test(failure))).toEqual([]);
}

describe.each([HOST, PATH])('served at $host, below $path', ({ place, host, path, layers }) => {
  let deskhand: Deskhand;
  const bases: string[] = [];

  beforeAll(async () => {
    const ports = await Promise.all(layers.map(freePort));
    bases.push(...ports.map((port) => `https://${host}:${port}${path}`));
    deskhand = await startDeskhand('local', ['--public-url', bases[0]!, '--trusted-proxies', '127.0.0.1']);
    stops.push(deskhand.stop);
    for (const [index, { program, change }] of (layers as readonly Layer[]).entries()) {
      const site = await documented(program, place);
      const changed = change?.(site) ?? site;
      expect(changed === site).toBe(change === undefined);
      stops.push((await startProxy(program, changed, ports[index]!, deskhand.url)).stop);
    }
  });

  test('the one-time link leads through the proxy', async () => {
    expect(deskhand.setupLink.startsWith(`${bases[0]}setup#token=`)).toBe(true);
    const visitor = await watch(bases[0]!);
    await makeAdministrator(visitor.page, deskhand.setupLink);
    expectAllBelow(bases[0]!, visitor);
    await visitor.close();
  });

  if (place === 'host') {
    test('a still live view is opened, and left alone until the last test', async () => {
      const visitor = await watch(bases[0]!);
      const { page, chat, urls } = visitor;
      await enter(visitor);
      await chat.status('Ready');
      // The panel's clock ticks.
      await chat.say('run `pkill tint2`');
      await chat.shows('Done: I ran');
      await chat.status('Ready');
      await liveScreen(page);
      still = { page, connections: urls.filter(isConnection), since: Date.now() };
      urls.length = 0;
      page.on('request', (request) => isConnection(request.url()) && still.connections.push(request.url()));
      page.on('websocket', (socket) => still.connections.push(socket.url()));
    });
  }

  test.each(layers.map(({ name }, index) => [name, index] as const))('everything works through %s', async (name, index) => {
    const visitor = await watch(bases[index]!);
    const { page } = visitor;
    await page.goto('login');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(await warning(page).count()).toBe(0);
    await saveScreenshot(page, `proxy-${place}-login`);
    await enter(visitor);
    expect(await sessionCookie(page)).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Lax', path: '/' });
    await converse(visitor);
    await comeBack(visitor);
    await saveScreenshot(page, `proxy-${place}-${name.replaceAll(' ', '-')}`);
    expectAllBelow(bases[index]!, visitor);
    await visitor.close();
  });

  test.each(path === '/' ? ['/'] : ['/', path])('plain HTTP from another machine goes on working at %s', async (directPath) => {
    const base = `http://desk.lan:${new URL(deskhand.url).port}${directPath}`;
    const visitor = await watch(base);
    const { page, chat } = visitor;
    await page.goto('login');
    await warning(page).waitFor();
    await enter(visitor);
    expect(await sessionCookie(page)).toMatchObject({ secure: false, path: '/' });
    await chat.status('Ready');
    await liveScreen(page);
    await page.reload();
    await emptyChat(page);
    expectAllBelow(base, visitor);
    await visitor.close();
  });

  test('the documentation of the API calls it below its address', async () => {
    const visitor = await watch(bases[0]!);
    const { page } = visitor;
    await page.goto('docs');
    await page.getByRole('heading', { name: /^Deskhand/ }).waitFor();
    await page.getByRole('button', { name: /^GET \/api\/v1\/setup/ }).click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    const asked = page.waitForResponse(`${bases[0]}api/v1/setup`);
    await page.getByRole('button', { name: 'Execute' }).click();
    expect((await asked).status()).toBe(200);
    await saveScreenshot(page, `proxy-${place}-docs`);
    expectAllBelow(bases[0]!, visitor);
    await visitor.close();
  });
});

/** Whether an address is one that a chat stays connected to. */
const isConnection = (url: string) => /\/api\/v1\/(ws|chats\/[^/]+\/desktop\/vnc)\b/.test(url);

test('a still live view stays connected through nginx for two minutes', { timeout: STILL_MS + 30_000 }, async () => {
  await sleep(Math.max(0, still.since + STILL_MS - Date.now()));
  await liveScreen(still.page);
  expect(still.connections).toHaveLength(2);
});
