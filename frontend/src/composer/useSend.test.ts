import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChatEvent } from '../api/types';
import { emptyTimeline, reduceAll } from '../timeline/reduce';
import type { Timeline } from '../timeline/types';
import type { Connection } from '../timeline/stream';
import { words } from '../words';
import { draftOf, forgetDrafts, writeDraft } from './drafts';
import { useSend } from './useSend';

/** The idempotency key and the body of every request. */
let calls: { key: string | undefined; body: { message: string; replaces?: string; extra_data: { sent_as: string } } }[];
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  calls = [];
  fetched.mockReset().mockImplementation(async (_url, init) => {
    const key = (init?.headers as Record<string, string>)['Idempotency-Key'];
    calls.push({ key, body: JSON.parse(String(init?.body)) });
    return new Response('{}', { status: 201 });
  });
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => {
  cleanup();
  sessionStorage.clear();
  forgetDrafts();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

interface Given {
  timeline: Timeline;
  connection: Connection;
}

/** Opens the chat, as a reload does too. */
function open(timeline: Timeline = { ...emptyTimeline, ready: true }) {
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => createElement(QueryClientProvider, { client }, children);
  const initialProps: Given = { timeline, connection: 'open' };
  return renderHook(({ timeline, connection }: Given) => useSend('c1', timeline, connection), { initialProps, wrapper });
}

/** The timeline with the message that was sent under this key. */
function withMessage(key: string): Timeline {
  const event = { seq: 1, id: 'e2', run_id: 'r', created_at: '', kind: 'message', payload: { text: 'hello', extra_data: { sent_as: key } } };
  return reduceAll(emptyTimeline, [{ type: 'chat', event: event as ChatEvent }, { type: 'ready' }]);
}

const answer = (status: number, code: string, detail: string) =>
  fetched.mockImplementation(async () => new Response(JSON.stringify({ code, detail }), { status }));

const offline = () => fetched.mockImplementationOnce(async (_url, init) => {
  calls.push({ key: (init?.headers as Record<string, string>)['Idempotency-Key'], body: JSON.parse(String(init?.body)) });
  throw new TypeError('offline');
});

test('a message without a response is sent again with the same key', async () => {
  offline();
  const { result } = open();
  act(() => result.current.send('hello'));
  await waitFor(() => expect(calls).toHaveLength(1));
  await act(() => vi.advanceTimersByTimeAsync(600));
  expect(calls).toHaveLength(2);
  expect(calls[1]!.key).toMatch(/^[0-9a-f]{32}$/);
  expect(calls[1]).toEqual(calls[0]);
  expect(result.current.pending[0]?.error).toBeNull();
});

test('repeated failures are reported, and a retry uses the same key', async () => {
  offline();
  offline();
  offline();
  const { result } = open();
  act(() => result.current.send('hello'));
  await act(() => vi.advanceTimersByTimeAsync(3000));
  expect(result.current.pending[0]?.error).toBe(words.errors.unreachable);
  act(() => result.current.retry(result.current.pending[0]!));
  await waitFor(() => expect(calls).toHaveLength(4));
  expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
});

test('a message that the server rejects is not sent again', async () => {
  answer(409, 'not_the_last_message', 'No.');
  const { result } = open();
  act(() => result.current.send('hello', [], 'e1'));
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(result.current.pending[0]?.error).toBe('No.');
  expect(fetched).toHaveBeenCalledOnce();
});

test('a message is pending until its event arrives, even if the response was lost', async () => {
  const { result, rerender } = open();
  act(() => result.current.send('hello', [], 'e1'));
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(calls[0]!.body).toMatchObject({ message: 'hello', replaces: 'e1' });
  expect(result.current.pending).toHaveLength(1);
  rerender({ timeline: withMessage(calls[0]!.key!), connection: 'open' });
  expect(result.current.pending).toHaveLength(0);
});

test('messages are sent one after another', async () => {
  const { result } = open();
  offline();
  act(() => {
    result.current.send('one');
    result.current.send('two');
  });
  await act(() => vi.advanceTimersByTimeAsync(600));
  expect(calls.map(({ body }) => body.message)).toEqual(['one', 'one', 'two']);
});

test('a message that was not sent survives a reload, and can be sent again with the same key', async () => {
  answer(409, 'busy', 'No.');
  const before = open();
  act(() => before.result.current.send('hello', [{ id: 'f1', name: 'a.txt', path: '' }], 'e1'));
  await waitFor(() => expect(before.result.current.pending[0]?.error).toBe('No.'));
  const { key } = before.result.current.pending[0]!;
  before.unmount();

  const { result, rerender } = open(emptyTimeline);
  // It may be among the events that are still to come.
  expect(result.current.pending).toEqual([]);
  rerender({ timeline: { ...emptyTimeline, ready: true }, connection: 'open' });
  expect(result.current.pending).toMatchObject([{ key, text: 'hello', files: [{ id: 'f1' }], replaces: 'e1', error: 'No.' }]);
  act(() => result.current.retry(result.current.pending[0]!));
  await waitFor(() => expect(fetched).toHaveBeenCalledTimes(2));
  expect((fetched.mock.lastCall![1]!.headers as Record<string, string>)['Idempotency-Key']).toBe(key);
});

test('a message that arrived although the page was closed is not shown as unsent', async () => {
  fetched.mockImplementation(() => new Promise(() => undefined));
  const before = open();
  act(() => before.result.current.send('hello'));
  const { key } = before.result.current.pending[0]!;
  before.unmount();
  const { result, unmount } = open();
  expect(result.current.pending).toMatchObject([{ key, error: words.message.unanswered }]);
  unmount();
  expect(open(withMessage(key)).result.current.pending).toEqual([]);
  cleanup();
  expect(open().result.current.pending).toEqual([]);
});

test('a message without a response is sent when the connection is back', async () => {
  offline();
  offline();
  offline();
  const { result, rerender } = open();
  const timeline = { ...emptyTimeline, ready: true };
  rerender({ timeline, connection: 'lost' });
  act(() => result.current.send('hello'));
  await act(() => vi.advanceTimersByTimeAsync(3000));
  expect(result.current.pending).toMatchObject([{ error: words.errors.unreachable, waits: true }]);
  rerender({ timeline, connection: 'open' });
  await waitFor(() => expect(calls).toHaveLength(4));
  expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
  expect(result.current.pending).toMatchObject([{ error: null }]);
});

test('a message that the end of the session stopped goes back to the composer', async () => {
  answer(401, 'not_logged_in', 'Log in.');
  const { result } = open();
  act(() => result.current.send('hello'));
  await waitFor(() => expect(draftOf('c1')).toBe('hello'));
  expect(result.current.pending).toEqual([]);
  cleanup();
  expect(open().result.current.pending).toEqual([]);
});

test.each<[string, Parameters<ReturnType<typeof useSend>['send']>]>([
  ['another draft', ['hello']],
  ['files', ['hello', [{ id: 'f1', name: 'a.txt', path: '' }]]],
  ['a replaced message', ['hello', [], 'e1']],
])('with %s it stays, to be sent again', async (what, message) => {
  answer(401, 'not_logged_in', 'Log in.');
  const { result } = open();
  if (what === 'another draft') writeDraft('c1', 'other');
  act(() => result.current.send(...message));
  await waitFor(() => expect(result.current.pending).toMatchObject([{ text: 'hello', error: 'Log in.' }]));
  expect(draftOf('c1')).toBe(what === 'another draft' ? 'other' : '');
});

test('a message for a model whose price nobody knows goes back to the composer', async () => {
  answer(409, 'price_unknown', 'Nobody knows what it costs.');
  const { result } = open();
  act(() => result.current.send('hello'));
  await waitFor(() => expect(draftOf('c1')).toBe('hello'));
  await waitFor(() => expect(result.current.pending).toEqual([]));
});
