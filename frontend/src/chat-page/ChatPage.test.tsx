// Counts what is rendered: in a long chat, rendering everything for every change takes longer than a frame.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Suspense } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { configQuery, meQuery } from '../api/session';
import { followChat, type Follower } from '../api/socket';
import type { Config, User } from '../api/types';
import { MessageMenu } from '../blocks/message/MessageMenu';
import { Prose } from '../blocks/prose/Prose';
import { calls, chat, message, run, state, turn } from '../timeline/events.fixture';
import type { StreamEvent } from '../timeline/types';
import { describeStep } from '../tools/describe';
import { ChatPage } from './ChatPage';

vi.mock('@tanstack/react-router', () => ({ Link: 'a', useParams: () => ({ chatId: 'c1' }), useNavigate: () => vi.fn() }));
vi.mock('../api/socket', () => ({ followChat: vi.fn() }));
vi.mock('../tools/describe', { spy: true });
vi.mock('../blocks/prose/Prose', { spy: true });
vi.mock('../blocks/message/MessageMenu', { spy: true });

let follower: Follower;

beforeEach(() => {
  // jsdom has no layout, and nothing answers.
  vi.stubGlobal('matchMedia', () => ({ matches: true, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  vi.stubGlobal('ResizeObserver', class { observe = vi.fn(); disconnect = vi.fn(); });
  vi.stubGlobal('fetch', () => new Promise(() => {}));
  Element.prototype.scrollTo = () => undefined;
  Element.prototype.scrollIntoView = () => undefined;
  vi.mocked(followChat).mockImplementation((_chatId, one) => {
    follower = one;
    return () => {};
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const screenshot = { sha256: 'a'.repeat(64), media_type: 'image/png', size: { width: 1280, height: 800 } };
const said = (text: string) => ({ type: 'text', text });
const done = (runId: string, id: string) =>
  chat('tool_result', runId, { call_id: id, status: 'done', text: '', screenshot, shown_to_model: true, elapsed_ms: 300 });

/** Two messages; the run of the second one is active. Each turn has text and two steps. */
function events(): StreamEvent[] {
  const turns = (runId: string) =>
    [1, 2, 3].flatMap((nth) => {
      const id = `${runId}-${nth}`;
      return [turn(runId, [said(`Turn ${id}`), calls(`${id}a`), calls(`${id}b`)]), done(runId, `${id}a`), done(runId, `${id}b`)];
    });
  return [
    message('r1', 'the first message'),
    state('r1', 'running'),
    ...turns('r1'),
    state('r1', 'succeeded'),
    message('r2', 'the second message'),
    state('r2', 'running'),
    ...turns('r2'),
  ];
}

async function arrive(...arriving: StreamEvent[]) {
  await act(async () => {
    for (const event of arriving) {
      if (event.type === 'chat') follower.onEvent(event.event.kind, event.event);
      if (event.type === 'run') follower.onEvent('run', { run_id: event.runId, event: event.event });
      if (event.type === 'ready') follower.onEvent('ready', {});
    }
    // They are rendered together after a moment.
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

/** Opens the chat, and all its groups of steps. */
async function open() {
  const client = new QueryClient();
  client.setQueryData(meQuery.queryKey, { id: 'ada' } as User);
  client.setQueryData(configQuery.queryKey, { assistant_name: 'Claude', provider: 'demo', example_prompts: [], upload_limit_bytes: 10 } as unknown as Config);
  render(
    <QueryClientProvider client={client}>
      <Suspense>
        <ChatPage />
      </Suspense>
    </QueryClientProvider>,
  );
  await act(async () => follower.onOpen());
  await arrive(...events(), { type: 'ready' });
  const user = userEvent.setup();
  for (const group of screen.getAllByRole('button', { name: /^2 steps/, expanded: false })) await user.click(group);
  const row = (nth: number) => screen.getAllByRole('button', { name: /Clicked at 1, 2.*Show/ })[nth]!;
  const rows = screen.getAllByRole('button', { name: /Clicked at 1, 2.*Show/ }).length;
  forget();
  return { user, row, rows };
}

const forget = () => [describeStep, Prose, MessageMenu].forEach((spy) => vi.mocked<(...given: never[]) => unknown>(spy).mockClear());

/** The steps, the texts and the menus of messages that have been rendered since. */
const rendered = () => ({
  steps: [...new Set(vi.mocked(describeStep).mock.calls.map(([step]) => step.call.call_id))],
  texts: [...new Set(vi.mocked(Prose).mock.calls.map(([{ text }]) => text))],
  menus: [...new Set(vi.mocked(MessageMenu).mock.calls.map(([{ text }]) => text))],
});
const NOTHING = { steps: [], texts: [], menus: [] };

test('typing a message renders nothing of the conversation', async () => {
  const { user, rows } = await open();
  expect(rows).toBe(12);
  await user.type(screen.getByRole('textbox', { name: 'Message' }), 'hello');
  expect(screen.getByRole('button', { name: 'Send' })).toBeTruthy();
  expect(rendered()).toEqual(NOTHING);
});

test('a step that arrives renders only itself', async () => {
  await open();
  await arrive(turn('r2', [said('Another turn'), calls('new')]));
  expect(rendered()).toEqual({ steps: ['new'], texts: ['Another turn'], menus: ['the second message', 'Another turn'] });
  forget();
  await arrive(chat('call_started', 'r2', { call_id: 'new' }));
  expect(rendered()).toEqual({ ...NOTHING, steps: ['new'], menus: ['the second message'] });
  forget();
  await arrive(done('r2', 'new'));
  expect(rendered()).toEqual({ ...NOTHING, steps: ['new'], menus: ['the second message'] });
});

test('text that is streamed renders only itself', async () => {
  await open();
  await arrive(run('r2', { type: 'text_delta', turn: 9, text: 'Hel' } as never));
  await arrive(run('r2', { type: 'text_delta', turn: 9, text: 'lo' } as never));
  expect(rendered()).toEqual({ ...NOTHING, texts: ['Hel', 'Hello'], menus: ['the second message'] });
});

test('choosing a step, and pointing at one, renders no other step', async () => {
  const { user, row } = await open();
  await user.hover(row(4));
  await user.unhover(row(4));
  expect(rendered()).toEqual(NOTHING);
  await user.click(row(4));
  expect(row(4).getAttribute('aria-pressed')).toBe('true');
  expect(rendered()).toEqual({ ...NOTHING, steps: ['r1-3a'] });
});
