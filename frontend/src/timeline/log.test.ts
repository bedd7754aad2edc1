import { expect, test } from 'vitest';
import type { ChatEvent } from '../api/types';
import { calls, chat, message, result, run, state, turn } from './events.fixture';
import { addEarlier, addEvents, emptyLog } from './log';
import { hasCutSteps, isCut } from './selectors';
import type { StreamEvent } from './types';

const steps = (runId: string, ids: string[]) => ids.flatMap((id) => [turn(runId, [calls(id)]), chat('call_started', runId, { call_id: id }), result(runId, id)]);
const whole = [
  message('r1', 'one'),
  state('r1', 'queued'),
  state('r1', 'running'),
  ...steps('r1', ['a', 'b']),
  state('r1', 'succeeded'),
  message('r2', 'two'),
  state('r2', 'running'),
  message('r3', 'three'),
  state('r3', 'queued'),
  ...steps('r2', ['c', 'd', 'e', 'f']),
  turn('r2', [{ type: 'text', text: 'Done' }]),
  state('r2', 'succeeded'),
];
const eventsOf = (events: typeof whole): ChatEvent[] => events.map(({ event }) => event);

/** What the stream delivers that begins with the tail from index `at`. */
function tail(at: number): StreamEvent[] {
  const rest = whole.slice(at);
  const runs = new Set([...rest.map(({ event }) => event.run_id), 'r3']);
  const context = whole.slice(0, at).filter(({ event: { kind, run_id } }) => runs.has(run_id!) && (kind === 'message' || kind === 'run_state'));
  return [{ type: 'tail', from: rest[0]!.event.seq }, ...context, ...rest, { type: 'ready' }];
}

test.each(whole.map((_, at) => at).slice(1))('with everything before the tail from %i it is the whole timeline', (at) => {
  const { timeline: expected } = addEvents(emptyLog, [...whole, { type: 'ready' }]);
  let log = addEvents(emptyLog, tail(at));
  const { from } = log.timeline;
  expect(from).toBe(whole[at]!.event.seq);
  // Two pages.
  const half = Math.floor(at / 2);
  log = addEarlier(log, eventsOf(whole.slice(half, at)), half === 0);
  expect(log.timeline.from).toBe(half === 0 ? null : whole[half]!.event.seq);
  if (half > 0) log = addEarlier(log, eventsOf(whole.slice(0, half)), true);
  expect(log.timeline).toEqual(expected);
});

test('a run whose beginning is not loaded says so, and keeps its message and state', () => {
  const at = whole.findIndex(({ event }) => event.kind === 'tool_result' && event.run_id === 'r2') + 3;
  const { timeline } = addEvents(emptyLog, tail(at));
  const cut = timeline.blocks.filter((block) => isCut(timeline, block));
  expect(cut.map(({ message, state, started }) => [message?.text, state, started])).toEqual([
    ['two', 'succeeded', true],
    ['three', 'queued', false],
  ]);
  expect(hasCutSteps(timeline)).toBe(true);
});

test('earlier events keep the turn that is being streamed', () => {
  const at = whole.length - 2;
  const live = run('r2', { type: 'text_delta', turn: 9, text: 'abc' });
  const log = addEvents(addEvents(emptyLog, tail(at)), [run('r2', { type: 'turn_started', turn: 9 }), live]);
  const before = log.timeline.live;
  expect(before).not.toBeNull();
  const loaded = addEarlier(log, eventsOf(whole.slice(0, at)), true);
  expect(loaded.timeline.live).toEqual(before);
  expect(loaded.timeline.lastSeq).toBe(log.timeline.lastSeq);
});
