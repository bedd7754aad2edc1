import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Desktop } from '../api/types';
import { useControl } from './control';

vi.mock('../api/desktops', () => ({
  takeControl: () => Promise.resolve({ id: 'ours' }),
  releaseControl: vi.fn(),
}));

afterEach(cleanup);

const desktop = (lease: string | null): Desktop => ({
  state: 'ready',
  reason: null,
  screen: null,
  control: lease === null ? null : { id: lease, user_id: 'u1', taken_at: '2026-11-30T12:00:00Z', expires_at: '2026-11-30T12:01:00Z' },
});

async function inControl() {
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
  const hook = renderHook((props: { desktop: Desktop }) => useControl('c1', props.desktop), { initialProps: { desktop: desktop(null) }, wrapper });
  act(() => hook.result.current.take());
  await waitFor(() => expect(hook.result.current.lease).toBe('ours'));
  act(() => hook.result.current.onVnc({ kind: 'connected' }));
  hook.rerender({ desktop: desktop('ours') });
  expect(hook.result.current.controlState).toBe('held');
  return hook;
}

test('the note about lost control says who has it, even if the connection ends before the state comes', async () => {
  const { result, rerender } = await inControl();
  act(() => result.current.onVnc({ kind: 'taken' }));
  expect(result.current.note).toBe('You’re no longer in control');
  rerender({ desktop: desktop('other') });
  expect(result.current.note).toBe('You took over in another window');
});

test('a new attempt to take control removes the note', async () => {
  const { result } = await inControl();
  act(() => result.current.onVnc({ kind: 'taken' }));
  expect(result.current.note).not.toBeNull();
  act(() => result.current.take());
  expect(result.current.note).toBeNull();
});
