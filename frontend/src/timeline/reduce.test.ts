import { describe, expect, test } from 'vitest';
import { RUN_CODES } from '../api/codes';
import type { ChatEvent, RunState, StoredFile } from '../api/types';
import { after, calls, chat, click, message, result, run, state, turn } from './events.fixture';
import { reduceAll } from './reduce';
import { activeBlock, forkPoint, isWithdrawn, lastMessage, stepsOf, waitingFor } from './selectors';
import type { Item, StreamEvent, Timeline } from './types';

/** A short form of the timeline, for tables. */
const outline = (timeline: Timeline) =>
  timeline.blocks.map((block) => [block.message?.text ?? '', block.state, ...block.items.map(shortForm)]);

function shortForm(item: Item): string {
  switch (item.kind) {
    case 'text':
      return item.text;
    case 'question':
      return `${item.step.call.call_id}?${item.step.answer ?? item.step.state}`;
    case 'takeover':
      return `took over: ${item.steps?.map((step) => step.did).join(' ') ?? 'unknown'}`;
    case 'notice':
      return `${item.code}: ${item.why}`;
    case 'activity':
      return item.items.map((entry) => (entry.kind === 'step' ? `${entry.call.call_id}:${entry.state}` : `(${entry.text})`)).join(' ');
  }
}

describe('the events of a chat', () => {
  test.each<[string, StreamEvent[], unknown]>([
    ['a message and its run', [message('r1', 'hello'), state('r1', 'queued')], [['hello', 'queued']]],
    [
      'text splits activities; steps of consecutive turns belong together',
      [message('r1', 'go'), turn('r1', [{ type: 'text', text: 'First' }, calls('a'), calls('b')]), turn('r1', [calls('c')]), turn('r1', [{ type: 'text', text: 'Done' }])],
      [['go', null, 'First', 'a:waiting b:waiting c:waiting', 'Done']],
    ],
    [
      'thoughts keep their order among steps, empty ones are dropped',
      [turn('r1', [{ type: 'thinking', text: 'hm' }, calls('a')]), turn('r1', [{ type: 'thinking', text: ' ' }, { type: 'text', text: '' }, calls('b')])],
      [['', null, '(hm) a:waiting b:waiting']],
    ],
    [
      'a replaced desktop is an item, and changes nothing else',
      [turn('r1', [calls('a')]), state('r1', 'running'), state('r1', 'running', RUN_CODES.desktopReplaced, 'Too large.'), result('r1', 'a', 'interrupted')],
      [['', 'running', 'a:interrupted', 'desktop_replaced: Too large.']],
    ],
    [
      'a file that is not on the desktop is an item, and changes nothing else',
      [state('r1', 'running'), state('r1', 'running', RUN_CODES.uploadNotDelivered, 'It is full.'), turn('r1', [calls('a')])],
      [['', 'running', 'upload_not_delivered: It is full.', 'a:waiting']],
    ],
    [
      'results find their calls',
      [turn('r1', [calls('a'), calls('b'), calls('c')]), result('r1', 'a'), result('r1', 'b', 'failed'), result('r1', 'c', 'not_executed')],
      [['', null, 'a:done b:failed c:not_executed']],
    ],
    [
      'a takeover splits activities',
      [
        turn('r1', [calls('a')]),
        chat('takeover', 'r1', { did: { steps: [{ did: 'typed', characters: 3 }], left_out: 0 } }),
        turn('r1', [calls('b')]),
        chat('takeover', null, {}),
      ],
      [['', null, 'a:waiting', 'took over: typed', 'b:waiting', 'took over: unknown']],
    ],
    [
      'a takeover after the end of a run follows it',
      [message('r1', 'go'), turn('r1', [calls('a')]), state('r1', 'cancelled'), chat('takeover', null, {}), message('r2', 'on'), state('r2', 'queued')],
      [['go', 'cancelled', 'a:not_executed'], ['', null, 'took over: unknown'], ['on', 'queued']],
    ],
    [
      'the end of a run closes its open steps',
      [turn('r1', [calls('a'), calls('b')]), run('r1', { type: 'tool_started', ...click('a') }), state('r1', 'cancelled')],
      [['', 'cancelled', 'a:interrupted b:not_executed']],
    ],
    [
      'a queued message stays below the active run',
      [message('r1', 'one'), state('r1', 'running'), message('r2', 'two'), state('r2', 'queued'), turn('r1', [{ type: 'text', text: 'answer' }])],
      [['one', 'running', 'answer'], ['two', 'queued']],
    ],
  ])('%s', (_name, events, expected) => {
    expect(outline(after(...events))).toEqual(expected);
  });

  test('a repeated replay changes nothing', () => {
    const events = [message('r1', 'go'), turn('r1', [calls('a')]), result('r1', 'a')];
    const once = after(...events);
    expect(reduceAll(once, events)).toEqual(once);
  });

  test('an event of an unknown kind is skipped, and its number kept', () => {
    const unknown = chat('rumour' as ChatEvent['kind'], 'r1', {});
    expect(after(unknown)).toMatchObject({ blocks: [], lastSeq: unknown.event.seq });
  });

  test('a result adds its screenshot, text and time', () => {
    const screenshot = { sha256: 'f'.repeat(64), media_type: 'image/png', size: { width: 1280, height: 800 } };
    const asked = turn('r1', [calls('a')]);
    const shot = chat('tool_result', 'r1', { call_id: 'a', status: 'done', text: 'ok', screenshot, shown_to_model: true, elapsed_ms: 42 });
    expect(stepsOf(after(asked, shot))[0]).toMatchObject({ screenshot, text: 'ok', elapsedMs: 42 });
  });

  test('a failure keeps its code and its note', () => {
    expect(after(message('r1', 'go'), state('r1', 'failed', 'api_key_refused', 'Your key was refused.')).blocks[0]).toMatchObject({
      code: 'api_key_refused',
      note: 'Your key was refused.',
    });
  });

  test('a thought lasts from the event before to the end of its turn', () => {
    const timeline = after(message('r1', 'go', 10), turn('r1', [{ type: 'thinking', text: 'hm' }], 14));
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
    const timeline = after(message('r1', 'go'), state('r1', 'running'), chat('file', 'r1', file('f1')), chat('file', null, file('f2')));
    expect(timeline.blocks[0]?.files.map(({ id }) => id)).toEqual(['f2']);
    expect(after(chat('file', null, file('f1'))).blocks).toEqual([]);
  });
});

describe('the fork point', () => {
  const copied = (run: string, end: RunState = 'succeeded', code = '') => [message(run, run), state(run, end, code)];
  const own = (run: string, end: RunState = 'succeeded') => [message(run, run), state(run, 'queued'), state(run, 'running'), state(run, end)];

  test.each<[string, StreamEvent[], string | null]>([
    ['is missing in a chat of its own', [...own('r1'), ...own('r2', 'failed')], null],
    ['is the last copied run', [...copied('r1'), ...copied('r2', 'limit_reached'), ...own('r3')], 'r2'],
    ['may be a run that was cut off', [...copied('r1'), ...copied('r2', 'cancelled', RUN_CODES.forked)], 'r2'],
    ['is no message that was cancelled in the queue', [message('r1', 'r1'), state('r1', 'queued'), state('r1', 'cancelled', RUN_CODES.withdrawn)], null],
  ])('%s', (_name, events, expected) => {
    expect(forkPoint(after(...events))?.runId ?? null).toBe(expected);
  });
});

describe('a call that needs approval', () => {
  const asked = (id = 'a', more: object = {}) =>
    chat('approval_request', 'r1', { ...click(id), call_id: id, effects: ['pointing'], arguments_sha256: `sha-${id}`, ...more });
  const decision = (id: string, verdict: 'approve' | 'deny', reason?: string) =>
    chat('decision', 'r1', { call_id: id, verdict, reason, arguments_sha256: `sha-${id}`, decided_by: 'ada' });
  const awaited = () => [
    message('r1', 'go'),
    state('r1', 'running'),
    turn('r1', [calls('a'), calls('b')]),
    asked(),
    state('r1', 'awaiting_approval', 'approval_required', 'Your approval is needed.', 'a'),
  ];
  const first = (timeline: Timeline) => stepsOf(timeline)[0]!;

  test('waits with the hash that a decision repeats', () => {
    const timeline = after(...awaited());
    expect(waitingFor(activeBlock(timeline)!)).toBe(first(timeline));
    expect(first(timeline)).toMatchObject({ state: 'waiting', approval: { effects: ['pointing'], reason: null, argumentsSha256: 'sha-a', decision: null } });
  });

  test('keeps the reason of the model provider', () => {
    expect(first(after(turn('r1', [calls('a')]), asked('a', { reason: 'It buys something.' }))).approval?.reason).toBe('It buys something.');
  });

  test('resumes with the decision, before an event reports the run as running', () => {
    const timeline = after(...awaited(), decision('a', 'approve'));
    expect(timeline.blocks[0]).toMatchObject({ state: 'running', waitsFor: null });
    expect(first(timeline).approval?.decision).toEqual({ approved: true, reason: '', by: 'ada' });
    expect(waitingFor(timeline.blocks[0]!)).toBeNull();
  });

  test('keeps the reason of a denial, and only the first decision counts', () => {
    const timeline = after(...awaited(), decision('a', 'deny', ' not today '), decision('a', 'approve'), asked());
    expect(first(timeline).approval?.decision).toEqual({ approved: false, reason: 'not today', by: 'ada' });
  });

  test('does not resume with a decision on another call', () => {
    expect(after(...awaited(), decision('b', 'approve')).blocks[0]?.state).toBe('awaiting_approval');
  });

  test('runs once its start is stored', () => {
    const timeline = after(...awaited(), decision('a', 'approve'), chat('call_started', 'r1', { call_id: 'a' }));
    expect(stepsOf(timeline).map((step) => step.state)).toEqual(['running', 'waiting']);
  });

  test('is closed with the run', () => {
    expect(outline(after(...awaited(), state('r1', 'cancelled', RUN_CODES.superseded)))[0]).toContain('a:not_executed b:not_executed');
  });
});

test('what a model has streamed is gone once another one goes on, which is told', () => {
  const streamed = [message('r1', 'go'), state('r1', 'running'), run('r1', { type: 'turn_started', turn: 0 }), run('r1', { type: 'text_delta', turn: 0, text: 'Well,' })];
  expect(after(...streamed).live).toMatchObject({ text: 'Well,' });
  const change = { from: { provider: 'anthropic', model: 'claude' }, to: { provider: 'openai', model: 'gpt' }, code: 'refusal', message: 'claude declined. gpt goes on.' };
  const changed = after(...streamed, chat('model_changed', 'r1', change));
  expect(changed.live).toBeNull();
  expect(changed.blocks[0]).toMatchObject({ state: 'running', items: [{ kind: 'notice', code: 'model_changed', why: 'claude declined. gpt goes on.' }] });
});

describe('a question', () => {
  const question = { type: 'tool_call', call_id: 'q', tool: { tool: 'ask', question: 'Which one?', choices: ['this', 'that'] } };
  const open = () => [message('r1', 'go'), turn('r1', [calls('a'), question]), state('r1', 'awaiting_human', 'question_asked', 'Which one?', 'q')];

  test('is an item of its own and waits', () => {
    const timeline = after(...open());
    expect(outline(timeline)).toEqual([['go', 'awaiting_human', 'a:waiting', 'q?waiting']]);
    expect(waitingFor(timeline.blocks[0]!)).toMatchObject({ kind: 'question', text: 'Which one?', choices: ['this', 'that'] });
    expect(stepsOf(timeline)).toHaveLength(1);
  });

  test('resumes the run with its answer', () => {
    const timeline = after(...open(), chat('answer', 'r1', { call_id: 'q', text: 'that' }), result('r1', 'q'));
    expect(outline(timeline)[0]).toEqual(['go', 'running', 'a:waiting', 'q?that']);
  });

  test('stays unanswered when it was superseded by a message', () => {
    expect(outline(after(...open(), state('r1', 'cancelled', RUN_CODES.superseded)))[0]).toContain('q?not_executed');
  });
});

describe('messages', () => {
  const replacing = (runId: string, text: string, replaces: string) => chat('message', runId, { text, files: [], replaces });

  test('a replaced one stays, but is not the active one, even before its run has ended', () => {
    const original = message('r1', 'one');
    const timeline = after(original, state('r1', 'running'), replacing('r2', 'two', original.event.id), state('r2', 'queued'));
    expect(timeline.blocks.map(({ replaced }) => replaced)).toEqual([true, false]);
    expect(activeBlock(timeline)?.runId).toBe('r2');
    expect(lastMessage(timeline)?.text).toBe('two');
  });

  test('one that was cancelled in the queue is recognized', () => {
    const timeline = after(message('r1', 'one'), state('r1', 'queued'), state('r1', 'cancelled', RUN_CODES.withdrawn));
    expect(isWithdrawn(timeline.blocks[0]!)).toBe(true);
    expect(lastMessage(timeline)).toBeNull();
    expect(isWithdrawn(after(message('r1', 'one'), state('r1', 'running'), state('r1', 'cancelled', 'cancelled')).blocks[0]!)).toBe(false);
  });

  test.each([
    [{ sent_as: 'k1' }, 'k1'],
    [{ sent_as: 7 }, null],
    [{}, null],
    [undefined, null],
  ])('extra data %j gives the key %j', (extra_data, expected) => {
    expect(after(chat('message', 'r1', { text: 'x', extra_data })).blocks[0]?.message?.sentAs).toBe(expected);
  });
});

describe('the usage of a run', () => {
  const cost = (elapsed_ms: number, microdollars?: number) =>
    chat('assistant_turn', 'r1', { content: [], cost: { elapsed_ms, microdollars } });
  const spent = (microdollars?: number) =>
    chat('spent', 'r1', {
      provider: 'anthropic',
      model: 'claude',
      usage: { input_tokens: 1, cache_read_tokens: 0, cache_write_tokens: 0, output_tokens: 1 },
      microdollars,
    });
  const total = (tokens: number) =>
    chat('usage_total', 'r1', {
      usage: { input_tokens: tokens, cache_read_tokens: 1, cache_write_tokens: 2, output_tokens: 3 },
      cached_share: 0,
    });

  test.each<[string, () => StreamEvent[], object]>([
    ['adds up over turns and reports', () => [cost(100, 20), total(10), cost(200, 30), total(4)], { modelMs: 300, microdollars: 50, tokens: 26 }],
    ['includes what came to nothing', () => [spent(7), cost(100, 20), spent(3), total(10)], { modelMs: 100, microdollars: 30, tokens: 20 }],
    ['has no price if something that came to nothing has none', () => [cost(100, 20), spent()], { microdollars: null }],
    ['has no price if one turn has none', () => [cost(100, 20), cost(200)], { modelMs: 300, microdollars: null }],
    ['is zero without reports, and has no price', () => [turn('r1', [])], { modelMs: 0, microdollars: null, tokens: 0 }],
  ])('%s', (_name, events, expected) => {
    expect(after(...events()).blocks[0]?.usage).toMatchObject(expected);
  });
});

test('the active block is the running one, else the first in the queue', () => {
  const waiting = [message('r1', 'one'), state('r1', 'queued'), message('r2', 'two'), state('r2', 'queued')];
  expect(activeBlock(after(...waiting))?.runId).toBe('r1');
  expect(activeBlock(after(...waiting, state('r2', 'running')))?.runId).toBe('r2');
  expect(activeBlock(after(...waiting, state('r1', 'succeeded'), state('r2', 'failed')))).toBeNull();
});

test('ready ends the replay', () => {
  expect(after({ type: 'ready' }).ready).toBe(true);
});
