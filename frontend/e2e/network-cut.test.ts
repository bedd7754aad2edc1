import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ADA, liveScreen, makeAdministrator, messageField, status, visit } from './browser';
import { setUp } from './harness';
import { startNetwork, type Network } from './network';

/** Stored events that are written while the browser is cut off. */
const MISSED_EVENTS = 60;
const DEADLINE_MS = 60_000;
/** Messages and commands of this test carry marks like `mark-did.1.0`. */
const MARK = /mark-[\w.]*\w/g;

interface ChatEvent {
  seq: number;
  kind: string;
  payload: { text?: string; content?: { type: string; text?: string; tool?: { command?: string } }[]; state?: string };
}

const harness = setUp({ administrator: false });
let network: Network;

beforeAll(async () => {
  network = await startNetwork(harness.deskhand.url);
});
afterAll(() => network?.close());

/** A client of the API whose network is not cut. */
class Client {
  private readonly token: string;

  constructor(token: string) {
    this.token = token;
  }

  static async logIn(): Promise<Client> {
    const answer = await fetch(`${harness.deskhand.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ADA),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    return new Client(token);
  }

  private call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    return fetch(`${harness.deskhand.url}/api/v1${path}`, { ...init, headers, signal: AbortSignal.timeout(DEADLINE_MS) });
  }

  async say(chat: string, message: string) {
    const answer = await this.call(`${chat}/history`, { method: 'POST', body: JSON.stringify({ message }) });
    expect(answer.status).toBe(201);
  }

  /** The events of a chat from the first one on, read until `enough` says so. */
  async events(chat: string, enough: (events: ChatEvent[]) => boolean): Promise<ChatEvent[]> {
    const answer = await this.call(`${chat}/events?after=0`);
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    const read: ChatEvent[] = [];
    let text = '';
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      text += chunk.value;
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events.filter((event) => /^id: /m.test(event))) {
        read.push(JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as ChatEvent);
        if (!enough(read)) continue;
        await reader.cancel();
        return read;
      }
    }
    throw new Error(`the stream ended after ${read.length} events`);
  }
}

const ended = (runs: number) => (events: ChatEvent[]) =>
  events.filter(({ kind, payload }) => kind === 'run_state' && payload.state === 'succeeded').length === runs;

/** All marks in the order of the events: those of messages and those of steps. */
function marksOf(events: ChatEvent[]): string[] {
  const texts = events.flatMap(({ kind, payload }) => {
    if (kind === 'message') return [payload.text ?? ''];
    if (kind !== 'assistant_turn') return [];
    return payload.content!.map((block) => (block.type === 'text' ? (block.text ?? '') : (block.tool?.command ?? '')));
  });
  return texts.flatMap((text) => text.match(MARK) ?? []);
}

/** The same marks as the browser shows them, with all steps expanded. */
async function shownMarks(page: Page): Promise<string[]> {
  const log = page.getByRole('log');
  const folded = log.getByRole('button', { name: /\d+ steps/, expanded: false });
  while ((await folded.count()) > 0) await folded.first().click();
  // Its inner text lacks what is out of sight, since that is not rendered.
  const text = await log.evaluate((element) => {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const parts: (string | null)[] = [];
    while (texts.nextNode()) parts.push(texts.currentNode.nodeValue);
    return parts.join('\n');
  });
  return text.match(MARK) ?? [];
}

const request = (run: number, commands: number) =>
  [`say "mark-said.${run}"`, ...Array.from({ length: commands }, (_, step) => `run \`echo mark-did.${run}.${step}\``)].join(', ');

test('after a network cut the timeline shows every event', async () => {
  const { page, close } = await visit(harness.browser, network.url);
  await makeAdministrator(page, harness.deskhand.setupLink.replace(harness.deskhand.url, network.url));
  await status(page, 'Ready');
  await liveScreen(page);
  await messageField(page).fill(request(0, 3));
  await messageField(page).press('Enter');
  await page.waitForURL(/\/chats\//);
  await status(page, 'Ready');
  const chat = new URL(page.url()).pathname;
  const client = await Client.logIn();
  const before = await client.events(chat, ended(1));

  const start = performance.now();
  network.cut();
  await client.say(chat, request(1, MISSED_EVENTS / 2));
  const meanwhile = await client.events(chat, ended(2));
  expect(meanwhile.length - before.length).toBeGreaterThanOrEqual(MISSED_EVENTS);
  const log = page.getByRole('log');
  expect(await log.innerText()).not.toContain('mark-did.1');
  network.restore();
  const cut = performance.now() - start;

  await log.getByText(`mark-said.1`, { exact: false }).last().waitFor({ timeout: DEADLINE_MS });
  await status(page, 'Ready');
  const late = performance.now() - start - cut;
  const missed = meanwhile.length - before.length;
  process.stdout.write(`cut for ${cut.toFixed()} ms and ${missed} events; complete again ${late.toFixed()} ms later\n`);
  // The desktop is live again as well.
  await liveScreen(page);
  // New events arrive live again, after the missed ones.
  await client.say(chat, request(2, 3));
  const all = await client.events(chat, ended(3));
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
  const once = (marks: string[]) => [...new Set(marks)];
  await expect.poll(async () => once(await shownMarks(page)), { timeout: DEADLINE_MS }).toEqual(once(marksOf(all)));

  // A fresh page shows the same, every mark as often.
  const shown = await shownMarks(page);
  await page.reload();
  await log.getByText('mark-said.2').last().waitFor();
  await expect.poll(() => shownMarks(page)).toEqual(shown);
  await close();
});
