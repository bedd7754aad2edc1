import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useRunActions, type ReportedRun } from './runs';
import type { Run, RunState } from './types';

const run = (change: Partial<Run>): Run => ({
  id: 'r1',
  chat_id: 'c1',
  state: 'running',
  code: '',
  message: '',
  pause_requested: false,
  created_at: '',
  ...change,
});
/** Requests that wait until the test answers them. */
let held: Map<string, (answer: Response) => void>;
const answer = async (path: string, body: Run | { detail: string }, status = 200) => {
  await waitFor(() => expect(held.has(path)).toBe(true));
  await act(async () => {
    held.get(path)!(new Response(JSON.stringify(body), { status }));
    held.delete(path);
  });
};

beforeEach(() => {
  held = new Map();
  vi.stubGlobal('fetch', (url: string, { method }: RequestInit) =>
    new Promise((resolve) => held.set(`${method} ${url.replace('/api/v1', '')}`, resolve)),
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

let stateSeq = 0;
function at(state: RunState): ReportedRun {
  stateSeq += 1;
  return { runId: 'r1', state, stateSeq };
}

function setUp(state: RunState) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
  return renderHook(({ active }) => useRunActions(active), { initialProps: { active: at(state) }, wrapper });
}

test('a page that is opened while a run is about to pause shows it', async () => {
  const { result } = setUp('running');
  await answer('GET /runs/r1', run({ pause_requested: true }));
  await waitFor(() => expect(result.current.pausing).toBe(true));
});

test('resuming cancels a pause', async () => {
  const { result } = setUp('running');
  await answer('GET /runs/r1', run({}));
  act(() => void result.current.pause());
  await waitFor(() => expect(result.current.pausing).toBe(true));
  await answer('POST /runs/r1/pause', run({ pause_requested: true }));
  expect(result.current.pausing).toBe(true);
  act(() => void result.current.resume());
  await answer('POST /runs/r1/resume', run({}));
  await waitFor(() => expect(result.current.pausing).toBe(false));
});

test('a response that arrives after the pause itself does not look like a resumption', async () => {
  const { result, rerender } = setUp('running');
  await answer('GET /runs/r1', run({}));
  act(() => void result.current.pause());
  rerender({ active: at('paused') });
  await answer('POST /runs/r1/pause', run({ pause_requested: true }));
  expect(result.current).toMatchObject({ pausing: false, resuming: false });
  act(() => void result.current.resume());
  await answer('POST /runs/r1/resume', run({}));
  await waitFor(() => expect(result.current.resuming).toBe(true));
  rerender({ active: at('running') });
  expect(result.current).toMatchObject({ pausing: false, resuming: false });
});

test('an error is shown until the run changes its state', async () => {
  const { result, rerender } = setUp('running');
  await answer('GET /runs/r1', run({}));
  act(() => void result.current.pause());
  await answer('POST /runs/r1/pause', { detail: 'It waits.' }, 409);
  await waitFor(() => expect(result.current.problem?.message).toBe('It waits.'));
  rerender({ active: at('awaiting_human') });
  await waitFor(() => expect(result.current.problem).toBeNull());
});
