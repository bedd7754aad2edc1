import { act, renderHook, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChatEvent } from '../api/types';
import { emptyTimeline, reduceAll } from '../timeline/reduce';
import { words } from '../words';
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
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const offline = () => fetched.mockImplementationOnce(async (_url, init) => {
  calls.push({ key: (init?.headers as Record<string, string>)['Idempotency-Key'], body: JSON.parse(String(init?.body)) });
  throw new TypeError('offline');
});

test('a message without a response is sent again with the same key', async () => {
  offline();
  const { result } = renderHook(() => useSend('c1', emptyTimeline));
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
  const { result } = renderHook(() => useSend('c1', emptyTimeline));
  act(() => result.current.send('hello'));
  await act(() => vi.advanceTimersByTimeAsync(3000));
  expect(result.current.pending[0]?.error).toBe(words.errors.unreachable);
  act(() => result.current.retry(result.current.pending[0]!));
  await waitFor(() => expect(calls).toHaveLength(4));
  expect(new Set(calls.map(({ key }) => key)).size).toBe(1);
});

test('a message that the server rejects is not sent again', async () => {
  fetched.mockImplementation(async () => new Response('{"code":"not_the_last_message","detail":"No."}', { status: 409 }));
  const { result } = renderHook(() => useSend('c1', emptyTimeline));
  act(() => result.current.send('hello', [], 'e1'));
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(result.current.pending[0]?.error).toBe('No.');
  expect(fetched).toHaveBeenCalledOnce();
});

test('a message is pending until its event arrives, even if the response was lost', async () => {
  const { result, rerender } = renderHook(({ timeline }) => useSend('c1', timeline), { initialProps: { timeline: emptyTimeline } });
  act(() => result.current.send('hello', [], 'e1'));
  await waitFor(() => expect(calls).toHaveLength(1));
  expect(calls[0]!.body).toMatchObject({ message: 'hello', replaces: 'e1' });
  expect(result.current.pending).toHaveLength(1);
  const event = { seq: 1, id: 'e2', run_id: 'r', created_at: '', kind: 'message', payload: { text: 'hello', extra_data: calls[0]!.body.extra_data } };
  rerender({ timeline: reduceAll(emptyTimeline, [{ type: 'chat', event: event as ChatEvent }]) });
  expect(result.current.pending).toHaveLength(0);
});

test('messages are sent one after another', async () => {
  const { result } = renderHook(() => useSend('c1', emptyTimeline));
  offline();
  act(() => {
    result.current.send('one');
    result.current.send('two');
  });
  await act(() => vi.advanceTimersByTimeAsync(600));
  expect(calls.map(({ body }) => body.message)).toEqual(['one', 'one', 'two']);
});
