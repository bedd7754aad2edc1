import { expect, test } from 'vitest';
import type { Chat, RunState } from '../api/types';
import { dotOf, groupByDay, type Dot } from './groupByDay';

const chat = (id: string, updated: Date): Chat => ({
  id,
  title: id,
  created_at: updated.toISOString(),
  updated_at: updated.toISOString(),
  run_state: null,
});

test('chats are grouped by days in local time, newest first', () => {
  const now = new Date(2026, 10, 21, 9, 0);
  const chats = [
    chat('long ago', new Date(2026, 7, 3)),
    chat('last night', new Date(2026, 10, 20, 23, 59)),
    chat('early', new Date(2026, 10, 21, 0, 1)),
    chat('late', new Date(2026, 10, 21, 8, 59)),
    chat('this week', new Date(2026, 10, 16)),
    chat('this month', new Date(2026, 10, 1)),
  ];
  expect(groupByDay(chats, now).map(({ label, chats }) => [label, ...chats.map(({ id }) => id)])).toEqual([
    ['Today', 'late', 'early'],
    ['Yesterday', 'last night'],
    ['Last 7 days', 'this week'],
    ['Last 30 days', 'this month'],
    ['August 2026', 'long ago'],
  ]);
});

test.each<[RunState | null, Dot]>([
  [null, null],
  ['queued', 'working'],
  ['running', 'working'],
  ['awaiting_approval', 'needs'],
  ['limit_reached', 'needs'],
  ['failed', 'failed'],
  ['succeeded', null],
  ['cancelled', null],
])('a chat whose run is %s shows %s', (state, dot) => {
  expect(dotOf(state)).toBe(dot);
});
