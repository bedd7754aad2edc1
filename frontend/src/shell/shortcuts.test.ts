import { expect, test } from 'vitest';
import { shortcutOf, type Shortcut } from './shortcuts';

const press = (key: string, ...held: ('ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey')[]) => ({
  key,
  ctrlKey: held.includes('ctrlKey'),
  metaKey: held.includes('metaKey'),
  shiftKey: held.includes('shiftKey'),
  altKey: held.includes('altKey'),
});

test.each<[ReturnType<typeof press>, Shortcut | null]>([
  [press('k', 'ctrlKey'), 'palette'],
  [press('k', 'metaKey'), 'palette'],
  [press('k'), null],
  [press('K', 'ctrlKey', 'shiftKey'), null],
  [press('O', 'ctrlKey', 'shiftKey'), 'newChat'],
  [press('o', 'ctrlKey'), null],
  [press('b', 'metaKey'), 'sidebar'],
  [press('b', 'metaKey', 'altKey'), null],
  [press('/', 'ctrlKey'), 'shortcuts'],
  [press('?', 'ctrlKey', 'shiftKey'), 'shortcuts'],
])('%j is %s', (event, expected) => {
  expect(shortcutOf(event)).toBe(expected);
});
