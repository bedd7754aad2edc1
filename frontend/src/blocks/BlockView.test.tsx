import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RUN_CODES } from '../api/codes';
import type { Tool } from '../api/types';
import { waitingStep } from '../timeline/steps';
import type { Activity, Block, LiveTurn, Step, StepState } from '../timeline/types';
import { BlockView } from './BlockView';
import { ChatContext, type ChatView } from './ChatContext';
import { ConversationActionsContext, type ConversationActions } from './ConversationActions';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
// jsdom has no layout.
Element.prototype.scrollIntoView = () => undefined;

const CLICK: Tool = { tool: 'computer', action: { type: 'click', button: 'left', count: 1, at: { x: 200, y: 300 } } };
const step = (id: string, state: StepState, text = ''): Step => ({
  ...waitingStep({ call_id: id, tool: CLICK }),
  state,
  text,
  screenshot: state === 'done' ? { sha256: 'a'.repeat(64), media_type: 'image/png', size: { width: 1280, height: 800 } } : null,
  elapsedMs: state === 'done' || state === 'failed' ? 900 : 0,
});
const decided = (of: Step, approved: boolean, by = 'ada', reason = ''): Step => ({
  ...of,
  approval: { effects: ['pointing'], reason: null, argumentsSha256: 'f', decision: { approved, by, reason } },
});
const activity = (...items: Activity['items']): Activity => ({ kind: 'activity', key: 'k', items });
const block = (change: Partial<Block>): Block => ({
  key: 'r1',
  runId: 'r1',
  firstSeq: 1,
  message: { id: 'm1', text: 'do it', files: [], at: '', sentAs: null },
  items: [],
  files: [],
  state: 'running',
  started: true,
  code: null,
  note: null,
  waitsFor: null,
  stateSeq: 1,
  replaced: false,
  usage: { modelMs: 0, microdollars: 0, tokens: 0 },
  lastAt: null,
  ...change,
});

interface Given {
  waits?: boolean;
  live?: LiveTurn | null;
  transition?: ConversationActions['transition'];
}

function setUp(change: Partial<Block>, { waits = false, live = null, transition = null }: Given = {}) {
  const view: ChatView = { chatId: 'c1', name: 'Claude', screen: null, selectStep: vi.fn(), hover: vi.fn() };
  const actions: ConversationActions = {
    me: 'ada',
    lastMessageId: 'm1',
    transition,
    send: vi.fn(),
    withdraw: vi.fn(),
    fork: vi.fn(),
    resume: vi.fn(),
    stop: vi.fn(),
    earlier: { loading: false, error: null, load: vi.fn() },
  };
  const show = (shown: Block) => (
    <ChatContext value={view}>
      <ConversationActionsContext value={actions}>
        <BlockView block={shown} live={live} lastScreenshot={null} waits={waits} last />
      </ConversationActionsContext>
    </ChatContext>
  );
  const { rerender } = render(show(block(change)));
  const update = (next: Partial<Block>) => rerender(show(block(next)));
  return { view, actions, update, user: userEvent.setup() };
}

describe('a batch of steps', () => {
  const items = [activity(step('a', 'done'), step('b', 'done'))];
  const group = () => screen.getByRole('button', { name: '2 steps · 1.8 s' });

  test('is expanded while it runs, and collapsed afterwards', () => {
    const { update } = setUp({ items });
    expect(group().getAttribute('aria-expanded')).toBe('true');
    update({ items, state: 'succeeded' });
    expect(group().getAttribute('aria-expanded')).toBe('false');
    expect(screen.queryByText(/at 200, 300/)).toBeNull();
  });

  test('stays as the person chose', async () => {
    const { update, user } = setUp({ items });
    await user.click(group());
    update({ items: [activity(step('a', 'done'), step('b', 'done'))] });
    expect(group().getAttribute('aria-expanded')).toBe('false');
  });
});

test('a step shows its screenshot on the stage, and marks its target when hovered', async () => {
  const { view, user } = setUp({ items: [activity(step('a', 'done'))] });
  await user.click(screen.getByRole('button', { name: /Clicked at 200, 300/ }));
  expect(view.selectStep).toHaveBeenCalledWith('a');
  expect(view.hover).toHaveBeenCalledWith(expect.objectContaining({ call: expect.objectContaining({ call_id: 'a' }) }));
});

test('a step that failed says why', () => {
  setUp({ items: [activity(step('a', 'failed', 'The point lies outside the screen.'))] });
  expect(screen.getByText('The point lies outside the screen.')).toBeTruthy();
});

test('a queued message says so, and can be cancelled', async () => {
  const { actions, user } = setUp({ state: 'queued', started: false }, { waits: true });
  expect(screen.getByText('Queued')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(actions.withdraw).toHaveBeenCalledWith(expect.objectContaining({ runId: 'r1' }));
});

test('deltas are not announced to screen readers', () => {
  setUp({}, { live: { runId: 'r1', turn: 0, text: 'Hello', thinking: '', retrying: null } });
  expect(screen.getByText('Hello').closest('[aria-live]')?.getAttribute('aria-live')).toBe('off');
});

test('a retry says why and when, and keeps the text of the failed attempt', () => {
  vi.useFakeTimers();
  const retrying = { attempt: 1, reason: 'Anthropic is overloaded. Try again in a few minutes.', delayMs: 3000 };
  setUp({}, { live: { runId: 'r1', turn: 0, text: 'Half a', thinking: '', retrying } });
  expect(screen.getByText('Half a')).toBeTruthy();
  expect(screen.getByText('Anthropic is overloaded. Trying again in 3 seconds…')).toBeTruthy();
  act(() => vi.advanceTimersByTime(2000));
  expect(screen.getByText('Anthropic is overloaded. Trying again in 1 second…')).toBeTruthy();
  act(() => vi.advanceTimersByTime(2000));
  expect(screen.getByText('Anthropic is overloaded. Trying again…')).toBeTruthy();
});

test('a model that says nothing for ten seconds is said to read', () => {
  vi.useFakeTimers();
  const { update } = setUp({});
  act(() => vi.advanceTimersByTime(9000));
  expect(screen.getByText('Working')).toBeTruthy();
  act(() => vi.advanceTimersByTime(1000));
  expect(screen.getByText('Waiting for the model, which is still reading')).toBeTruthy();
  // A step of the turn has been made: the next wait begins.
  update({ items: [activity(step('a', 'running'))] });
  update({ items: [activity(step('a', 'done'))] });
  expect(screen.getByText('Working')).toBeTruthy();
});

test.each<[Partial<Block>, RegExp]>([
  [{ state: 'queued', started: false }, /Getting ready/],
  [{}, /Working/],
  [{ state: 'cancelled' }, /Stopped/],
  [{ state: 'cancelled', code: RUN_CODES.withdrawn, started: false }, /Cancelled\. Claude won’t see it/],
  [{ state: 'cancelled', code: RUN_CODES.superseded }, /You sent a message instead/],
  [{ state: 'cancelled', code: RUN_CODES.forked }, /Forked from another chat/],
  [{ state: 'paused' }, /Claude is paused until you resume/],
  [{ state: 'paused', code: RUN_CODES.preempted }, /Claude continues when you hand back/],
  [{ state: 'failed', note: 'Your key was refused. Set another one.' }, /Your key was refused\. Set another one\./],
  [{ state: 'limit_reached' }, /Claude reached the limit for one task/],
])('%j reads %s', (change, expected) => {
  setUp(change);
  expect(screen.getByText(expected)).toBeTruthy();
});

test('a failed message can be sent again', async () => {
  const { actions, user } = setUp({ state: 'failed' });
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(actions.send).toHaveBeenCalledExactlyOnceWith('do it', []);
});

test.each([
  ['model_connection_gone', true],
  ['model_key_lost', true],
  ['api_key_refused', true],
  ['provider_failed', false],
])('a run that failed with %s leads to the settings of models: %s', (code, leads) => {
  setUp({ state: 'failed', code });
  expect(screen.queryByText('Open settings')?.getAttribute('to') ?? null).toBe(leads ? '/settings/models' : null);
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
});

test('the notice of a paused run resumes and stops it', async () => {
  const { actions, user } = setUp({ state: 'paused' });
  await user.click(screen.getByRole('button', { name: 'Resume' }));
  expect(actions.resume).toHaveBeenCalledOnce();
  await user.click(screen.getByRole('button', { name: 'Stop' }));
  expect(actions.stop).toHaveBeenCalledOnce();
});

test('a run that will pause says so, also while a step runs', () => {
  setUp({ items: [activity(step('a', 'running'))] }, { transition: 'pausing' });
  expect(screen.getByText('Pausing after this step')).toBeTruthy();
});

describe('a decision', () => {
  test.each<[Step, RegExp]>([
    [decided(step('a', 'done'), true), /^You approved this$/],
    [decided(step('a', 'done'), true, 'eve'), /^Someone else approved this$/],
    [decided(step('a', 'not_executed'), false, 'ada', 'not today'), /^You denied this: “not today”$/],
  ])('is shown in one line', (item, expected) => {
    setUp({ items: [activity(item)] });
    expect(screen.getByText(expected)).toBeTruthy();
  });

  test('explains why later steps were skipped, and is counted in the collapsed group', () => {
    const items = [activity(decided(step('a', 'not_executed'), false), step('b', 'not_executed', 'Not executed.'))];
    const { update } = setUp({ items });
    expect(screen.getByText('Skipped: an earlier step was denied')).toBeTruthy();
    update({ items, state: 'succeeded' });
    expect(screen.getByRole('button', { name: /1 denied/ })).toBeTruthy();
  });
});

describe('the menu of a message', () => {
  const open = async (user: ReturnType<typeof userEvent.setup>) => user.click(screen.getByRole('button', { name: 'Message actions' }));

  test('edits the last message in its place; Esc leaves it as it is', async () => {
    const { actions, user } = setUp({ state: 'succeeded' });
    await open(user);
    await user.click(screen.getByRole('menuitem', { name: 'Edit and run again' }));
    const field = () => screen.getByRole('textbox', { name: 'Edit message' });
    await user.type(field(), ' nonsense{Escape}');
    expect(screen.getByText('do it')).toBeTruthy();
    await open(user);
    await user.click(screen.getByRole('menuitem', { name: 'Edit and run again' }));
    await user.type(field(), ' well');
    fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 });
    fireEvent.keyDown(field(), { key: 'Escape', keyCode: 229 });
    expect(actions.send).not.toHaveBeenCalled();
    await user.type(field(), '{Enter}');
    expect(actions.send).toHaveBeenCalledExactlyOnceWith('do it well', [], 'm1');
  });

  test('forks the chat at the message', async () => {
    const { actions, user } = setUp({ state: 'succeeded' });
    await open(user);
    await user.click(screen.getByRole('menuitem', { name: 'Fork from here' }));
    expect(actions.fork).toHaveBeenCalledExactlyOnceWith('m1');
  });

  test('forks the chat at text of the assistant, unless it was replaced', async () => {
    const items: Block['items'] = [{ kind: 'text', key: 's', text: 'Done.', messageId: 't1' }];
    const { actions, update, user } = setUp({ items, message: null, state: 'succeeded' });
    await open(user);
    await user.click(screen.getByRole('menuitem', { name: 'Fork from here' }));
    expect(actions.fork).toHaveBeenCalledExactlyOnceWith('t1');
    update({ items, message: null, state: 'succeeded', replaced: true });
    await open(user);
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent)).toEqual(['Copy']);
  });

  test('offers only to copy a cancelled message', async () => {
    const message = { id: 'm0', text: 'earlier', files: [], at: '', sentAs: null };
    const { user } = setUp({ state: 'cancelled', code: RUN_CODES.withdrawn, message });
    await open(user);
    expect(screen.getAllByRole('menuitem').map((item) => item.textContent)).toEqual(['Copy']);
  });
});

test('a fork can run the message that it was forked at', async () => {
  const { actions, user } = setUp({ state: 'cancelled', code: RUN_CODES.forked });
  await user.click(screen.getByRole('button', { name: 'Run again here' }));
  expect(actions.send).toHaveBeenCalledExactlyOnceWith('do it', [], 'm1');
});

test('an answered question stays, with its answer', () => {
  const call = { call_id: 'q', tool: { tool: 'ask' as const, question: 'Which one?', choices: ['this', 'that'] } };
  setUp({ items: [{ kind: 'question', key: 'q', text: 'Which one?', choices: ['this', 'that'], step: { ...waitingStep(call), state: 'done', answer: 'that' } }], state: 'succeeded' });
  expect(screen.getByText('Which one?')).toBeTruthy();
  expect(screen.getByText('that').parentElement?.textContent).toBe('You answered: that');
});

test.each<[Partial<Block['usage']>, string]>([
  [{ modelMs: 32_200, microdollars: 84_000, tokens: 1200 }, '3 steps · 34 s · $0.08'],
  [{ modelMs: 0, microdollars: 1200, tokens: 10 }, '3 steps · 1.8 s · under $0.01'],
  [{ modelMs: 8200, microdollars: null }, '3 steps · 10 s'],
])('%j reads "%s" at the end of a run, with the count of the group above', (usage, expected) => {
  const items = [activity(step('a', 'done'), step('b', 'done'), step('c', 'not_executed'))];
  setUp({ items, state: 'succeeded', usage: { modelMs: 0, microdollars: 0, tokens: 0, ...usage } });
  expect(screen.getByRole('button', { name: '3 steps · 1.8 s' })).toBeTruthy();
  expect(screen.getByText(expected)).toBeTruthy();
});
