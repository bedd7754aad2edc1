import { expect, test } from 'vitest';
import { KEY, keysymOf, type Keysym } from './keys';
import { isWorn, PADDING, typedKeys } from './typedText';

/** The keys as a text: ⌫ for Backspace, ⏎ for Enter. */
const show = (keys: Keysym[]) => keys.map(characterOf).join('');
function characterOf(keysym: Keysym): string {
  if (keysym === KEY.Backspace) return '⌫';
  if (keysym === KEY.Enter) return '⏎';
  return String.fromCodePoint(keysym < 0x100 ? keysym : keysym & 0x00ff_ffff);
}

test.each<[what: string, before: string, after: string, keys: string]>([
  ['a character', '', 'a', 'a'],
  ['a character after others', 'ab', 'abc', 'c'],
  ['characters that few keyboards have', '', '@é한글', '@é한글'],
  ['one of two code units', '', '😀', '😀'],
  ['a line break', 'ls', 'ls\n', '⏎'],
  ['a second line break', 'ls\n', 'ls\n\n', '⏎'],
  ['nothing', 'abc', 'abc', ''],
  ['a deletion', 'abc', 'ab', '⌫'],
  ['the deletion of a word', 'two words', 'two ', '⌫⌫⌫⌫⌫'],
  ['a corrected word', 'teh', 'the ', '⌫⌫he '],
  ['a word in place of another', 'I am hear', 'I am here', '⌫⌫re'],
  ['a composition that goes on', 'ㅎ', '하', '⌫하'],
  ['a composition of Latin letters that ends', "ni'hao", '你好', '⌫⌫⌫⌫⌫⌫你好'],
  ['a full stop for two spaces', 'end ', 'end. ', '⌫. '],
  ['a change in the middle, as the desktop’s caret is at the end', 'hello', 'hllo', '⌫⌫⌫⌫llo'],
  ['the deletion of a picture of several code points', 'x👩‍👩‍👧', 'x', '⌫'],
  ['another skin tone', '👍', '👍🏽', '⌫👍🏽'],
  ['an accent that comes by itself', 'e', 'e\u0301', '⌫é'],
])('%s', (_what, before, after, keys) => {
  expect(show(typedKeys(PADDING + before, PADDING + after))).toBe(keys);
});

test('in an empty field every deletion is one Backspace, whatever it takes of the padding', () => {
  let before = PADDING;
  for (const length of [63, 62, 20, 0]) {
    const after = PADDING.slice(0, length);
    expect(show(typedKeys(before, after))).toBe('⌫');
    before = after;
  }
  expect(show(typedKeys(`${PADDING}ab`, PADDING.slice(9)))).toBe('⌫⌫⌫');
  expect(show(typedKeys(`${PADDING}ab`, 'x'))).toBe('⌫⌫x');
});

test('a field is worn before its padding is gone, and when it has much text', () => {
  expect(isWorn(PADDING)).toBe(false);
  expect(isWorn(`${PADDING}hello`)).toBe(false);
  expect(isWorn(PADDING.slice(0, 20))).toBe(false);
  expect(isWorn(PADDING.slice(0, 15))).toBe(true);
  expect(isWorn('')).toBe(true);
  expect(isWorn(PADDING + 'x'.repeat(1001))).toBe(true);
});

test('control characters press nothing', () => {
  expect(typedKeys(PADDING, `${PADDING}a\u0007\u0085b\t`)).toEqual([0x61, 0x62, KEY.Tab]);
});

/** The text of a desktop's program after some keys. */
function applied(text: string, keys: Keysym[]): string {
  const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  for (const key of keys) {
    if (key !== KEY.Backspace) text += key === KEY.Enter ? '\n' : characterOf(key);
    else text = text.slice(0, [...graphemes.segment(text)].at(-1)?.index ?? 0);
  }
  return text;
}

/** Repeatable random numbers below a limit. */
function randomFrom(seed: number) {
  return (limit: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
}

test.each(Array.from({ length: 20 }, (_, seed) => seed))('after any changes the desktop has the field’s text (seed %i)', (seed) => {
  const random = randomFrom(seed);
  const pieces = ['a', 'B ', 'é', 'e\u0301', '한', 'ㅎ', '你好', '😀', '👩‍👩‍👧', '🇰🇷', '\n', "don't ", 'ß', '@', '.'];
  let text = '';
  let desktop = '';
  for (let change = 0; change < 100; change += 1) {
    const characters = [...text];
    const from = random(characters.length + 1);
    const inserted = Array.from({ length: random(4) }, () => pieces[random(pieces.length)]);
    // Deleting up to the padding alone is another test.
    characters.splice(from, random(6), ...inserted.filter((piece) => piece !== undefined));
    const after = characters.join('').replace(/^\n+/, '');
    desktop = applied(desktop, typedKeys(PADDING + text, PADDING + after));
    text = after;
    expect(desktop).toBe(text.normalize('NFC'));
  }
});

test.each<[string, Keysym | null]>([
  ['a', 0x61],
  ['~', 0x7e],
  ['ÿ', 0xff],
  ['€', 0x0100_20ac],
  ['😀', 0x0101_f600],
  ['\n', 0xff0d],
  ['\r', null],
  ['\u007f', null],
])('the keysym of %j', (character, keysym) => {
  expect(keysymOf(character)).toBe(keysym);
});
