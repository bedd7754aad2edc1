import { describe, expect, test } from 'vitest';
import type { LogEvent, RunState, StoredFile, ToolCall } from '../api/types';
import { activeBlock, emptyTimeline, reduceAll, stepsOf, type ChatEvent, type Timeline } from './timeline';

let seq = 0;
const log = (kind: LogEvent['kind'], runId: string | null, payload: unknown, at = seq): ChatEvent => {
  seq += 1;
  const created_at = new Date(at * 1000).toISOString();
  return { type: 'log', event: { seq, id: `e${seq}`, run_id: runId, created_at, kind, payload } as LogEvent };
};
const said = (runId: string, text: string, at?: number) => log('message', runId, { text, files: [] }, at);
const state = (runId: string, value: RunState, code = '', message = '') =>
  log('run_state', runId, { state: value, code, message });
const turn = (runId: string, content: unknown[], at?: number) =>
  log('assistant_turn', runId, { provider: 'demo', model: 'demo', content, stop_reason: 'end_turn' }, at);
const click = (id: string): ToolCall => ({
  call_id: id,
  tool: { tool: 'computer', action: { type: 'click', button: 'left', count: 1, at: { x: 1, y: 2 } } },
});
const calls = (id: string) => ({ type: 'tool_call', ...click(id) });
const result = (runId: string, id: string, status = 'done') =>
  log('tool_result', runId, { call_id: id, status, text: 'ok', shown_to_model: true, elapsed_ms: 300 });
const run = (runId: string, event: Extract<ChatEvent, { type: 'run' }>['event']): ChatEvent => ({ type: 'run', runId, event });
const after = (...events: ChatEvent[]) => reduceAll(emptyTimeline, events);

/** The timeline as a few words, for tables. */
const outline = (timeline: Timeline) =>
  timeline.blocks.map((block) => [
    block.message?.text ?? '',
    block.state,
    ...block.items.map((item) =>
      item.kind === 'spoken'
        ? item.text
        : item.items.map((entry) => (entry.kind === 'step' ? `${entry.call.call_id}:${entry.state}` : `(${entry.text})`)).join(' '),
    ),
  ]);

describe('the log', () => {
  test.each<[string, ChatEvent[], unknown]>([
    ['a message and its run', [said('r1', 'hello'), state('r1', 'queued')], [['hello', 'queued']]],
    [
      'words split activities; steps of following turns belong together',
      [said('r1', 'go'), turn('r1', [{ type: 'text', text: 'First' }, calls('a'), calls('b')]), turn('r1', [calls('c')]), turn('r1', [{ type: 'text', text: 'Done' }])],
      [['go', null, 'First', 'a:waiting b:waiting c:waiting', 'Done']],
    ],
    [
      'thoughts stay in order among steps, empty ones vanish',
      [turn('r1', [{ type: 'thinking', text: 'hm' }, calls('a')]), turn('r1', [{ type: 'thinking', text: ' ' }, { type: 'text', text: '' }, calls('b')])],
      [['', null, '(hm) a:waiting b:waiting']],
    ],
    [
      'results find their calls',
      [turn('r1', [calls('a'), calls('b'), calls('c')]), result('r1', 'a'), result('r1', 'b', 'failed'), result('r1', 'c', 'not_executed')],
      [['', null, 'a:done b:failed c:not_executed']],
    ],
    [
      'a run that ends settles what is open',
      [turn('r1', [calls('a'), calls('b')]), run('r1', { type: 'tool_started', ...click('a') }), state('r1', 'cancelled')],
      [['', 'cancelled', 'a:interrupted b:not_executed']],
    ],
    [
      'a queued message stays below the run that goes on',
      [said('r1', 'one'), state('r1', 'running'), said('r2', 'two'), state('r2', 'queued'), turn('r1', [{ type: 'text', text: 'answer' }])],
      [['one', 'running', 'answer'], ['two', 'queued']],
    ],
  ])('%s', (_name, events, expected) => {
    expect(outline(after(...events))).toEqual(expected);
  });

  test('what is replayed again changes nothing', () => {
    const events = [said('r1', 'go'), turn('r1', [calls('a')]), result('r1', 'a')];
    const once = after(...events);
    expect(reduceAll(once, events)).toEqual(once);
  });

  test('a kind that is not known is passed over and counted', () => {
    const unknown = log('approval' as LogEvent['kind'], 'r1', {});
    expect(after(unknown)).toMatchObject({ blocks: [], lastSeq: seq });
  });

  test('a result brings its picture, its words and its time', () => {
    const screenshot = { sha256: 'f'.repeat(64), media_type: 'image/png', size: { width: 1280, height: 800 } };
    const asked = turn('r1', [calls('a')]);
    const shot = log('tool_result', 'r1', { call_id: 'a', status: 'done', text: 'ok', screenshot, shown_to_model: true, elapsed_ms: 42 });
    expect(stepsOf(after(asked, shot))[0]).toMatchObject({ screenshot, text: 'ok', elapsedMs: 42 });
  });

  test('a failure keeps its code and its note', () => {
    expect(after(said('r1', 'go'), state('r1', 'failed', 'api_key_refused', 'Your key was refused.')).blocks[0]).toMatchObject({
      code: 'api_key_refused',
      note: 'Your key was refused.',
    });
  });

  test('a thought lasts from the event before to the end of its turn', () => {
    const timeline = after(said('r1', 'go', 10), turn('r1', [{ type: 'thinking', text: 'hm' }], 14));
    const activity = timeline.blocks[0]?.items[0];
    expect(activity?.kind === 'activity' && activity.items[0]).toMatchObject({ durationMs: 4000 });
  });

  test('a file belongs to the run, and its newer version replaces it', () => {
    const file = (id: string): StoredFile => ({
      id,
      name: 'proof.txt',
      media_type: 'text/plain',
      size: 1,
      chat_id: 'c',
      origin: 'desktop',
      path: 'Outputs/proof.txt',
      created_at: '',
    });
    const timeline = after(said('r1', 'go'), state('r1', 'running'), log('file', 'r1', file('f1')), log('file', null, file('f2')));
    expect(timeline.blocks[0]?.files.map(({ id }) => id)).toEqual(['f2']);
    expect(after(log('file', null, file('f1'))).blocks).toEqual([]);
  });
});

describe('the turn being streamed', () => {
  const begun = () => [said('r1', 'go'), run('r1', { type: 'turn_started', turn: 0 })];
  const text = (value: string, of = 0) => run('r1', { type: 'text_delta', turn: of, text: value });

  test.each<[string, () => ChatEvent[], unknown]>([
    ['deltas add up', () => [...begun(), text('Hel'), text('lo')], { text: 'Hello' }],
    ['thinking is kept apart', () => [...begun(), run('r1', { type: 'thinking_delta', turn: 0, text: 'hm' }), text('Hi')], { text: 'Hi', thinking: 'hm' }],
    ['a delta of another turn starts anew', () => [...begun(), text('old'), text('new', 1)], { turn: 1, text: 'new' }],
    ['a retry voids what was streamed', () => [...begun(), text('half'), run('r1', { type: 'retrying', turn: 0, reason: 'overloaded', delay_ms: 1000 })], { text: '', retrying: 'overloaded' }],
    ['the retry goes on', () => [...begun(), run('r1', { type: 'retrying', turn: 0, reason: 'overloaded', delay_ms: 1 }), text('x')], { text: 'x', retrying: null }],
    [
      'a partial replaces what is there',
      () => [...begun(), text('half'), { type: 'partial', partial: { run_id: 'r1', turn: 0, text: 'half and more', thinking: '', tool: null } }],
      { text: 'half and more' },
    ],
    ['the whole turn takes its place', () => [...begun(), text('Hello'), turn('r1', [{ type: 'text', text: 'Hello' }])], null],
    ['the end of the run takes its place', () => [...begun(), text('Hel'), state('r1', 'failed')], null],
    ['the queue of another run does not', () => [...begun(), text('Hel'), state('r2', 'queued')], { text: 'Hel' }],
  ])('%s', (_name, events, expected) => {
    const { live } = after(...events());
    if (expected === null) expect(live).toBeNull();
    else expect(live).toMatchObject(expected as object);
  });

  test('a partial names the step that is under way', () => {
    const partial = { run_id: 'r1', turn: 0, text: '', thinking: '', tool: click('a') };
    expect(stepsOf(after(turn('r1', [calls('a')]), { type: 'partial', partial }))[0]?.state).toBe('running');
  });

  test('a step that is announced late does not fall back', () => {
    expect(stepsOf(after(turn('r1', [calls('a')]), result('r1', 'a'), run('r1', { type: 'tool_started', ...click('a') })))[0]?.state).toBe('done');
  });
});

test('the active block is the one at work, else the first in the queue', () => {
  const waiting = [said('r1', 'one'), state('r1', 'queued'), said('r2', 'two'), state('r2', 'queued')];
  expect(activeBlock(after(...waiting))?.runId).toBe('r1');
  expect(activeBlock(after(...waiting, state('r2', 'running')))?.runId).toBe('r2');
  expect(activeBlock(after(...waiting, state('r1', 'succeeded'), state('r2', 'failed')))).toBeNull();
});

test('ready ends the replay', () => {
  expect(after({ type: 'ready' }).ready).toBe(true);
});
