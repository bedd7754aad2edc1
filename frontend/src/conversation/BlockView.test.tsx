import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { BlockView } from './BlockView';
import { ChatContext, type ChatView } from './ChatContext';
import type { Activity, Block, LiveTurn, Step, StepState } from './timeline';

afterEach(cleanup);

const step = (id: string, state: StepState, text = ''): Step => ({
  kind: 'step',
  call: { call_id: id, tool: { tool: 'computer', action: { type: 'click', button: 'left', count: 1, at: { x: 200, y: 300 } } } },
  state,
  text,
  screenshot: state === 'done' ? { sha256: 'a'.repeat(64), media_type: 'image/png', size: { width: 1280, height: 800 } } : null,
  elapsedMs: 900,
  at: null,
});
const activity = (...items: Activity['items']): Activity => ({ kind: 'activity', key: 'k', items });
const block = (change: Partial<Block>): Block => ({
  key: 'r1',
  runId: 'r1',
  message: { text: 'do it', files: [], at: '' },
  items: [],
  files: [],
  state: 'running',
  begun: true,
  code: null,
  note: null,
  lastAt: null,
  ...change,
});

function setUp(change: Partial<Block>, { waits = false, live = null }: { waits?: boolean; live?: LiveTurn | null } = {}) {
  const view: ChatView = { chatId: 'c1', name: 'Claude', screen: null, moment: null, showMoment: vi.fn(), hover: vi.fn() };
  const onWithdraw = vi.fn();
  const onSend = vi.fn();
  const show = (shown: Block) => (
    <ChatContext value={view}>
      <BlockView block={shown} live={live} waits={waits} last onWithdraw={onWithdraw} onSend={onSend} />
    </ChatContext>
  );
  const { rerender } = render(show(block(change)));
  const update = (next: Partial<Block>) => rerender(show(block(next)));
  return { view, onWithdraw, onSend, update, user: userEvent.setup() };
}

describe('a batch of steps', () => {
  const items = [activity(step('a', 'done'), step('b', 'done'))];
  const group = () => screen.getByRole('button', { name: '2 steps · 1.8 s' });

  test('is open while it runs, and folds after', () => {
    const { update } = setUp({ items });
    expect(group().getAttribute('aria-expanded')).toBe('true');
    update({ items, state: 'succeeded' });
    expect(group().getAttribute('aria-expanded')).toBe('false');
    expect(screen.queryByText(/at 200, 300/)).toBeNull();
  });

  test('stays as the person wants it', async () => {
    const { update, user } = setUp({ items });
    await user.click(group());
    update({ items: [activity(step('a', 'done'), step('b', 'done'))] });
    expect(group().getAttribute('aria-expanded')).toBe('false');
  });
});

test('a step shows its moment, and marks its target when hovered', async () => {
  const { view, user } = setUp({ items: [activity(step('a', 'done'))] });
  await user.click(screen.getByRole('button', { name: /Clicked at 200, 300/ }));
  expect(view.showMoment).toHaveBeenCalledWith('a');
  expect(view.hover).toHaveBeenCalledWith(expect.objectContaining({ call: expect.objectContaining({ call_id: 'a' }) }));
});

test('a step that failed says why', () => {
  setUp({ items: [activity(step('a', 'failed', 'The point lies outside the screen.'))] });
  expect(screen.getByText('The point lies outside the screen.')).toBeTruthy();
});

test('a message that waits is shown as queued and can be withdrawn', async () => {
  const { onWithdraw, user } = setUp({ state: 'queued', begun: false }, { waits: true });
  expect(screen.getByText('Queued')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Withdraw' }));
  expect(onWithdraw).toHaveBeenCalledWith('r1');
});

test('what streams in is not announced letter by letter', () => {
  setUp({}, { live: { runId: 'r1', turn: 0, text: 'Hello', thinking: '', retrying: null } });
  expect(screen.getByText('Hello').closest('[aria-live]')?.getAttribute('aria-live')).toBe('off');
});

test.each<[Partial<Block>, RegExp]>([
  [{ state: 'queued', begun: false }, /Getting ready/],
  [{}, /Working/],
  [{ state: 'cancelled' }, /Stopped/],
  [{ state: 'cancelled', begun: false }, /Withdrawn/],
  [{ state: 'failed', note: 'Your key was refused. Set another one.' }, /Your key was refused\. Set another one\./],
  [{ state: 'limit_reached' }, /Claude stopped after as many steps/],
])('%j reads %s', (change, expected) => {
  setUp(change);
  expect(screen.getByText(expected)).toBeTruthy();
});

test('a failure can be tried again with the same words', async () => {
  const { onSend, user } = setUp({ state: 'failed' });
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(onSend).toHaveBeenCalledExactlyOnceWith('do it');
});
