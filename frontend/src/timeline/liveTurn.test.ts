import { describe, expect, test } from 'vitest';
import { after, calls, click, message, result, run, state, turn } from './events.fixture';
import { stepsOf } from './selectors';
import type { StreamEvent } from './types';

describe('the turn being streamed', () => {
  const started = () => [message('r1', 'go'), run('r1', { type: 'turn_started', turn: 0 })];
  const retrying = run('r1', { type: 'retrying', turn: 0, code: 'overloaded', reason: 'overloaded', delay_ms: 1000 });
  const text = (value: string, of = 0) => run('r1', { type: 'text_delta', turn: of, text: value });

  test.each<[string, () => StreamEvent[], unknown]>([
    ['deltas add up', () => [...started(), text('Hel'), text('lo')], { text: 'Hello' }],
    ['thinking is kept apart', () => [...started(), run('r1', { type: 'thinking_delta', turn: 0, text: 'hm' }), text('Hi')], { text: 'Hi', thinking: 'hm' }],
    ['a delta of another turn starts a fresh one', () => [...started(), text('old'), text('new', 1)], { turn: 1, text: 'new' }],
    ['a retry keeps the streamed text', () => [...started(), text('half'), retrying], { text: 'half', retrying: { attempt: 1, reason: 'overloaded', delayMs: 1000 } }],
    ['retries are counted', () => [...started(), retrying, retrying], { retrying: { attempt: 2 } }],
    ['a delta ends the retry notice, and replaces the text', () => [...started(), text('half'), retrying, text('x')], { text: 'x', retrying: null }],
    [
      'a partial turn replaces the live one',
      () => [...started(), text('half'), { type: 'partial', partial: { run_id: 'r1', turn: 0, text: 'half and more', thinking: '', tool: null } }],
      { text: 'half and more' },
    ],
    ['the stored turn replaces it', () => [...started(), text('Hello'), turn('r1', [{ type: 'text', text: 'Hello' }])], null],
    ['the end of the run removes it', () => [...started(), text('Hel'), state('r1', 'failed')], null],
    ['another run in the queue does not remove it', () => [...started(), text('Hel'), state('r2', 'queued')], { text: 'Hel' }],
  ])('%s', (_name, events, expected) => {
    const { live } = after(...events());
    if (expected === null) expect(live).toBeNull();
    else expect(live).toMatchObject(expected as object);
  });

  test('a partial turn marks its running step', () => {
    const partial = { run_id: 'r1', turn: 0, text: '', thinking: '', tool: click('a') };
    expect(stepsOf(after(turn('r1', [calls('a')]), { type: 'partial', partial }))[0]?.state).toBe('running');
  });

  test('a late start does not reopen a finished step', () => {
    expect(stepsOf(after(turn('r1', [calls('a')]), result('r1', 'a'), run('r1', { type: 'tool_started', ...click('a') })))[0]?.state).toBe('done');
  });
});
