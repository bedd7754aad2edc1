import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStream } from './stream';
import type { StreamEvent } from './types';

/** A WebSocket that the test drives. */
class FakeWebSocket {
  static readonly OPEN = 1;
  static opened: FakeWebSocket[] = [];
  readyState = 0;
  sent: { id: string; type: string; chat_id?: string; after?: number }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor() {
    FakeWebSocket.opened.push(this);
  }

  send(text: string) {
    this.sent.push(JSON.parse(text) as (typeof this.sent)[number]);
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = FakeWebSocket.OPEN;
    this.onopen?.();
  }

  lose() {
    this.readyState = 3;
    this.onclose?.();
  }

  receive(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  event(event: string, data: unknown, chat = 'c1') {
    this.receive({ type: 'event', chat_id: chat, event, data });
  }
}

const message = (seq: number) => ({ seq, id: `e${seq}`, run_id: 'r', created_at: '', kind: 'message', payload: { text: `m${seq}` } });

let batches: StreamEvent[][];
const handlers = {
  onEvents: (events: StreamEvent[]) => void batches.push(events),
  onConnection: vi.fn(),
  onDesktop: vi.fn(),
  onTitle: vi.fn(),
  onDeleted: vi.fn(),
};
const latest = () => FakeWebSocket.opened.at(-1)!;
let close: () => void;

/** Follows a chat over a connection that is open. */
function follow() {
  close = openStream('c1', handlers);
  latest().open();
  latest().receive({ type: 'ack', id: 'c1', result: null });
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeWebSocket);
  FakeWebSocket.opened = [];
  batches = [];
  vi.clearAllMocks();
});
afterEach(() => {
  close();
  // A connection that nobody uses is closed.
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a replay is delivered as one batch, later events in short batches', () => {
  follow();
  latest().event('message', message(1));
  vi.advanceTimersByTime(1000);
  latest().event('message', message(2));
  expect(batches).toEqual([]);
  latest().event('ready', {});
  vi.advanceTimersByTime(50);
  expect(batches.map((batch) => batch.map(({ type }) => type))).toEqual([['chat', 'chat', 'ready']]);

  latest().event('run', { run_id: 'r', event: { type: 'text_delta', turn: 0, text: 'a' } });
  latest().event('run', { run_id: 'r', event: { type: 'text_delta', turn: 0, text: 'b' } });
  vi.advanceTimersByTime(50);
  expect(batches[1]).toEqual([
    { type: 'run', runId: 'r', event: { type: 'text_delta', turn: 0, text: 'a' } },
    { type: 'run', runId: 'r', event: { type: 'text_delta', turn: 0, text: 'b' } },
  ]);
});

test('desktop, title and deletion are delivered at once, what is unknown not at all', () => {
  follow();
  latest().event('desktop', { state: 'ready' });
  latest().event('title', { title: 'Trains' });
  latest().event('of a newer server', {});
  latest().event('deleted', {});
  expect(handlers.onDesktop).toHaveBeenCalledWith({ state: 'ready' });
  expect(handlers.onTitle).toHaveBeenCalledWith('Trains');
  expect(handlers.onDeleted).toHaveBeenCalledOnce();
  expect(batches).toEqual([]);
});

test('a lost connection is opened again with growing delays, and goes on after the last event', () => {
  follow();
  expect(latest().sent).toEqual([{ id: 'c1', type: 'subscribe', chat_id: 'c1' }]);
  latest().event('tail', { from: 7 });
  latest().event('message', message(3));
  latest().event('message', message(9));
  latest().lose();
  expect(handlers.onConnection).toHaveBeenLastCalledWith('lost');
  vi.advanceTimersByTime(500);
  expect(FakeWebSocket.opened).toHaveLength(2);
  latest().lose();
  vi.advanceTimersByTime(500);
  expect(FakeWebSocket.opened).toHaveLength(2);
  vi.advanceTimersByTime(500);
  expect(FakeWebSocket.opened).toHaveLength(3);
  latest().open();
  expect(latest().sent).toEqual([{ id: 'c1', type: 'subscribe', chat_id: 'c1', after: 9 }]);
  expect(handlers.onConnection).toHaveBeenLastCalledWith('lost');
  latest().receive({ type: 'ack', id: 'c1', result: null });
  expect(handlers.onConnection).toHaveBeenLastCalledWith('open');
});

test('a computer that is online again connects at once', () => {
  follow();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    latest().lose();
    vi.advanceTimersByTime(15_000);
  }
  latest().lose();
  const before = FakeWebSocket.opened.length;
  window.dispatchEvent(new Event('online'));
  expect(FakeWebSocket.opened).toHaveLength(before + 1);
});

test('a connection that answers no ping is given up', () => {
  follow();
  vi.advanceTimersByTime(20_000);
  expect(latest().sent.at(-1)).toEqual({ id: 'ping', type: 'ping' });
  latest().receive({ type: 'ack', id: 'ping', result: null });
  vi.advanceTimersByTime(20_000);
  expect(FakeWebSocket.opened).toHaveLength(1);
  vi.advanceTimersByTime(10_500);
  expect(FakeWebSocket.opened).toHaveLength(2);
  expect(handlers.onConnection).toHaveBeenLastCalledWith('lost');
});

test.each(['behind', 'interrupted'])('a chat whose events end with %s is followed again', (interruption) => {
  follow();
  latest().event('message', message(4));
  latest().event(interruption, { reason: 'why' });
  expect(handlers.onConnection).toHaveBeenLastCalledWith('lost');
  vi.advanceTimersByTime(1000);
  expect(latest().sent.at(-1)).toEqual({ id: 'c1', type: 'subscribe', chat_id: 'c1', after: 4 });
  expect(FakeWebSocket.opened).toHaveLength(1);
});

test('the next chat uses the same connection', () => {
  follow();
  close();
  close = openStream('c2', handlers);
  vi.advanceTimersByTime(10_000);
  expect(latest().sent.map(({ type, chat_id: chat }) => [type, chat])).toEqual([
    ['subscribe', 'c1'],
    ['unsubscribe', 'c1'],
    ['subscribe', 'c2'],
  ]);
  latest().event('title', { title: 'Of the first' });
  expect(handlers.onTitle).not.toHaveBeenCalled();
  expect(FakeWebSocket.opened).toHaveLength(1);
});
