import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Budget, ChatCost } from '../api/types';
import { problem, server, show, type Sent } from '../models/models.fixture';
import { ChatCostNote } from './ChatCostNote';
import { ChatLimitsDialog } from './ChatLimitsDialog';
import { CostEstimate } from './CostEstimate';
import { UnpricedNote, useUnpricedModel } from './UnpricedNote';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const BUDGET: Budget = { of: 'own', per: 'day', limit_microdollars: 500_000, used_microdollars: 120_000, left_microdollars: 380_000 };
const COST: ChatCost = {
  microdollars: 123_456,
  total: { turns: 3, input_tokens: 10, cache_read_tokens: 0, cache_write_tokens: 0, output_tokens: 5, microdollars: 123_456 },
  models: [],
  budgets: [BUDGET],
  tightest: BUDGET,
  model: { provider: 'anthropic', model: 'claude-opus-5-5', price_known: true, on_own_key: false },
  estimate: { from_turns: 3, step_microdollars: 12_000, long_run_steps: 50, long_run_microdollars: 1_250_000 },
};

const answering = (cost: unknown, more: Record<string, unknown> = {}, sent: Sent[] = []) =>
  vi.stubGlobal('fetch', server({ 'GET /chats/c1/cost': cost, ...more }, sent));

test('a chat shows what it has cost, and what is left of its tightest budget', async () => {
  answering(COST);
  show(<ChatCostNote chatId="c1" />);
  const note = await screen.findByRole('status');
  expect(note.textContent).toBe('$0.12');
  expect(note.title).toBe('This chat has cost $0.123456 so far, at list prices. $0.38 left of: your own limit of a day.');
});

test('a chat that has cost nothing and has no budget shows nothing', async () => {
  answering({ ...COST, microdollars: 0, tightest: null });
  show(<ChatCostNote chatId="c1" />);
  await waitFor(() => expect(screen.queryByRole('status')).toBeNull());
});

test('the next steps are estimated', async () => {
  answering(COST);
  show(<CostEstimate chatId="c1" />);
  expect(await screen.findByText(/About \$0\.012 for the next step, and \$1\.25 for a run of 50 steps\. As far as this chat/)).toBeTruthy();
});

function Note() {
  const model = useUnpricedModel('c1');
  return model === null ? <p>none</p> : <UnpricedNote model={model} />;
}

test.each([
  ['with a budget', { price_known: false }, BUDGET, true],
  ['without a budget', { price_known: false }, null, false],
  ['whose price is known', { price_known: true }, BUDGET, false],
])('a model %s is refused only if its price is unknown and there is a budget', async (_, known, tightest, refused) => {
  answering({ ...COST, model: { ...COST.model, ...known }, tightest });
  show(<Note />);
  if (refused) expect((await screen.findByRole('alert')).textContent).toContain('Nobody knows what claude-opus-5-5 costs');
  else await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

test('limits of a chat are set in dollars with cents, and an empty one is none', async () => {
  const sent: Sent[] = [];
  const close = vi.fn();
  answering(COST, { 'GET /chats/c1': { id: 'c1', limits: { max_turns: 7 } }, 'PATCH /chats/c1': { id: 'c1', limits: null } }, sent);
  const user = show(<ChatLimitsDialog chatId="c1" onClose={close} />);
  const money = await screen.findByLabelText<HTMLInputElement>('Whole chat, in dollars');
  await user.type(money, '0.25');
  expect(money.validity.valid).toBe(true);
  await user.clear(screen.getByLabelText('Steps of each run'));
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(close).toHaveBeenCalled());
  expect(sent).toEqual([['PATCH /chats/c1', { limits: { max_cost_usd: 0.25, max_turns: null, max_minutes: null } }]]);
});

test('why a limit can’t be set is said', async () => {
  answering(COST, { 'GET /chats/c1': { id: 'c1', limits: null }, 'PATCH /chats/c1': problem(422, 'chat_limits_invalid', 'From 1 to 100.') });
  const user = show(<ChatLimitsDialog chatId="c1" onClose={() => undefined} />);
  await user.type(await screen.findByLabelText('Steps of each run'), '101');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('From 1 to 100.')).toBeTruthy();
});
