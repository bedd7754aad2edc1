import { expect, test } from 'vitest';
import { describeModel } from './facts';
import { choiceName, isDemoOnly, sameChoice, sourceOf } from './choice';
import { find } from './entries';
import { demo, facts, list, opus, site, source, work } from './models.fixture';

const found = (wanted: string, sources = list.sources) =>
  find(sources, wanted).groups.map(({ source, entries }) => [source?.name || source?.provider || 'unlisted', ...entries.map(({ choice }) => choice!.model)]);

test('the person’s own models come first, then those of everybody, and the demo last', () => {
  const others = [source({ connection: 'b', name: 'Zeta', models: [facts('z')] }), source({ connection: 'a', name: 'alpha', models: [facts('a')] })];
  expect(found('', [demo, ...others, site, work])).toEqual([
    ['Work', 'claude-opus-5-5'],
    ['alpha', 'a'],
    ['anthropic', 'claude-opus-5-5', 'claude-haiku-4-5'],
    ['Zeta', 'z'],
    ['demo', 'demo'],
  ]);
});

test.each<[string, string[][]]>([
  ['haiku', [['anthropic', 'claude-haiku-4-5'], ['unlisted', 'haiku']]],
  ['OPUS work', [['Work', 'claude-opus-5-5'], ['unlisted', 'OPUS work']]],
  ['claude-opus-5-5', [['Work', 'claude-opus-5-5'], ['anthropic', 'claude-opus-5-5']]],
])('%j finds models by id, name and source, and what an own server may have besides', (wanted, expected) => {
  expect(found(wanted)).toEqual(expected);
});

test('only servers of the person’s own may have what they do not list', () => {
  expect(found('gpt-9', [site, demo])).toEqual([]);
  expect(find([work], ' gpt-9 ').groups[0]!.entries[0]!.choice).toEqual({ connection: 'work-id', model: 'gpt-9' });
  expect(found('x'.repeat(201), [work])).toEqual([]);
});

test('of very many models the first are shown, and how many more there are', () => {
  const many = source({ models: Array.from({ length: 130 }, (_, index) => facts(`m${index}`)) });
  const { groups, more } = find([many], '');
  expect([groups[0]!.entries.length, more]).toEqual([100, 30]);
});

test('a source with a problem is shown although it has no models', () => {
  expect(found('', [source({ connection: 'x', name: 'Lost', problem: 'Its key is lost.' })])).toEqual([['Lost']]);
  expect(found('', [source({ connection: 'x', name: 'Empty' })])).toEqual([]);
});

test('a choice knows its source, also when its model is not listed', () => {
  expect(sourceOf({ connection: 'work-id', model: 'new' }, list)).toBe(work);
  expect(sourceOf({ provider: 'anthropic', model: 'x' }, list)).toBe(site);
  expect(sourceOf({ connection: 'gone', model: 'x' }, list)).toBeNull();
  expect(choiceName({ connection: 'work-id', model: 'claude-opus-5-5' }, list)).toBe('Claude Opus 5.5');
  expect(choiceName({ connection: 'work-id', model: 'new' }, list)).toBe('new');
});

test('the same model of another source is another choice', () => {
  expect(sameChoice({ provider: 'anthropic', model: 'm' }, { provider: 'anthropic', model: 'm', connection: null })).toBe(true);
  expect(sameChoice({ provider: 'anthropic', model: 'm' }, { connection: 'work-id', model: 'm' })).toBe(false);
  expect(sameChoice(null, null)).toBe(true);
  expect(sameChoice(null, { provider: 'anthropic', model: 'm' })).toBe(false);
});

test('there may be nothing but the demo', () => {
  expect(isDemoOnly({ sources: [demo] })).toBe(true);
  expect(isDemoOnly({ sources: [demo, work] })).toBe(false);
  // The model service can't be reached.
  expect(isDemoOnly({ sources: [] })).toBe(false);
});

const price = { input: 75_000, output: 300_000, cache_read: 0, cache_write: 0 };

test.each([
  [opus, '200K tokens of context · $5.00 in, $25.00 out a million tokens · sees pictures · uses the computer natively'],
  [facts('m'), 'price unknown · uses the computer by functions'],
  [facts('m', { price, sees: false }), '$0.075 in, $0.30 out a million tokens · can’t see pictures · uses the computer by functions'],
  [facts('m', { price: { ...price, input: 0, output: 0 } }), 'free · uses the computer by functions'],
])('%j is described', (model, expected) => expect(describeModel(model)).toBe(expected));
