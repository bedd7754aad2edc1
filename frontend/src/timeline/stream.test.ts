import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStream } from './stream';
import type { StreamEvent } from './types';

/** An EventSource that the test drives. */
class FakeEventSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeEventSource[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;

  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    FakeEventSource.opened.push(this);
  }

  close() {
    this.readyState = FakeEventSource.CLOSED;
  }

  send(name: string, data: unknown) {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }

  fail(readyState: number) {
    this.readyState = readyState;
    this.onerror?.();
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
const latest = () => FakeEventSource.opened.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeEventSource);
  FakeEventSource.opened = [];
  batches = [];
  vi.clearAllMocks();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a replay is delivered as one batch, later events in short batches', () => {
  openStream('/events', handlers);
  latest().send('message', message(1));
  vi.advanceTimersByTime(1000);
  latest().send('message', message(2));
  expect(batches).toEqual([]);
  latest().send('ready', {});
  vi.advanceTimersByTime(50);
  expect(batches.map((batch) => batch.map(({ type }) => type))).toEqual([['chat', 'chat', 'ready']]);

  latest().send('run', { run_id: 'r', event: { type: 'text_delta', turn: 0, text: 'a' } });
  latest().send('run', { run_id: 'r', event: { type: 'text_delta', turn: 0, text: 'b' } });
  vi.advanceTimersByTime(50);
  expect(batches[1]).toEqual([
    { type: 'run', runId: 'r', event: { type: 'text_delta', turn: 0, text: 'a' } },
    { type: 'run', runId: 'r', event: { type: 'text_delta', turn: 0, text: 'b' } },
  ]);
});

test('desktop and title are delivered at once', () => {
  openStream('/events', handlers);
  latest().send('desktop', { state: 'ready' });
  latest().send('title', { title: 'Trains' });
  expect(handlers.onDesktop).toHaveBeenCalledWith({ state: 'ready' });
  expect(handlers.onTitle).toHaveBeenCalledWith('Trains');
});

test('a deleted chat ends the stream', () => {
  openStream('/events', handlers);
  latest().send('deleted', {});
  expect(handlers.onDeleted).toHaveBeenCalledOnce();
  expect(latest().readyState).toBe(FakeEventSource.CLOSED);
  vi.advanceTimersByTime(60_000);
  expect(FakeEventSource.opened).toHaveLength(1);
});

test('a reopened stream goes on after the last event', () => {
  openStream('/events', handlers);
  latest().send('tail', { from: 7 });
  latest().send('message', message(3));
  latest().send('message', message(9));
  latest().fail(FakeEventSource.CLOSED);
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.opened.map(({ url }) => url)).toEqual(['/events', '/events?after=9']);
});

test('the browser reconnects by itself; a stream that the server refused is reopened with growing delays', () => {
  const close = openStream('/events', handlers);
  latest().fail(0);
  vi.advanceTimersByTime(60_000);
  expect(FakeEventSource.opened).toHaveLength(1);
  expect(handlers.onConnection).toHaveBeenLastCalledWith('lost');

  latest().fail(FakeEventSource.CLOSED);
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.opened).toHaveLength(2);
  latest().fail(FakeEventSource.CLOSED);
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.opened).toHaveLength(2);
  vi.advanceTimersByTime(1000);
  expect(FakeEventSource.opened).toHaveLength(3);

  latest().onopen?.();
  expect(handlers.onConnection).toHaveBeenLastCalledWith('open');
  latest().fail(FakeEventSource.CLOSED);
  close();
  vi.advanceTimersByTime(60_000);
  expect(FakeEventSource.opened).toHaveLength(3);
});
