import { expect, test } from 'vitest';
import { chordOf, KEY, type Chord } from './keys';

const press = (key: string, ...modifiers: ('ctrl' | 'alt' | 'shift' | 'meta')[]) => ({
  key,
  ctrlKey: modifiers.includes('ctrl'),
  altKey: modifiers.includes('alt'),
  shiftKey: modifiers.includes('shift'),
  metaKey: modifiers.includes('meta'),
});

test.each<[string, ReturnType<typeof press>, Chord | null]>([
  ['an arrow', press('ArrowLeft'), [KEY.ArrowLeft]],
  ['an arrow with modifiers', press('ArrowLeft', 'ctrl', 'shift'), [KEY.Control, KEY.Shift, KEY.ArrowLeft]],
  ['Ctrl and a letter', press('c', 'ctrl'), [KEY.Control, 0x63]],
  ['a letter', press('c'), null],
  ['AltGr and a letter', press('€', 'ctrl', 'alt'), null],
  ['a key that changes the text', press('Backspace'), null],
  ['a line break', press('Enter'), null],
  ['a key that a phone does not name', press('Unidentified', 'ctrl'), null],
  ['a shortcut of the phone itself', press('ArrowLeft', 'meta'), null],
])('the chord of %s', (_what, event, chord) => {
  expect(chordOf(event)).toEqual(chord);
});
