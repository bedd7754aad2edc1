/** An X keysym: what a key means, independent of any keyboard's layout. */
export type Keysym = number;

/** Keys that are pressed in this order and released in the reverse. */
export type Chord = readonly Keysym[];

/** The keys that type no character. */
export const KEY = {
  Backspace: 0xff08,
  Tab: 0xff09,
  Enter: 0xff0d,
  Escape: 0xff1b,
  Home: 0xff50,
  ArrowLeft: 0xff51,
  ArrowUp: 0xff52,
  ArrowRight: 0xff53,
  ArrowDown: 0xff54,
  PageUp: 0xff55,
  PageDown: 0xff56,
  End: 0xff57,
  F4: 0xffc1,
  F11: 0xffc8,
  Shift: 0xffe1,
  Control: 0xffe3,
  Alt: 0xffe9,
  Super: 0xffeb,
  Delete: 0xffff,
} as const satisfies Record<string, Keysym>;

/** The keysym that types a character; null for a control character that no key types. */
export function keysymOf(character: string): Keysym | null {
  const code = character.codePointAt(0)!;
  if (character === '\n') return KEY.Enter;
  if (character === '\t') return KEY.Tab;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return null;
  return code <= 0xff ? code : 0x0100_0000 | code;
}

/** Whether these keys give the keyboard back to the page. */
export const releasesKeyboard = (event: Pick<KeyboardEvent, 'ctrlKey' | 'altKey' | 'shiftKey'>) =>
  event.ctrlKey && event.altKey && event.shiftKey;

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'shiftKey' | 'metaKey'>;

const NAMED = new Set(['Tab', 'Escape', 'Home', 'End', 'Delete', 'PageUp', 'PageDown', 'ArrowLeft', 'ArrowUp', 'ArrowRight', 'ArrowDown']);

/** The chord of a key press in a text field that changes no text there; null if the field itself should take it. */
export function chordOf({ key, ctrlKey, altKey, shiftKey, metaKey }: Press): Chord | null {
  if (metaKey) return null;
  if (NAMED.has(key)) {
    const modifiers = [ctrlKey && KEY.Control, altKey && KEY.Alt, shiftKey && KEY.Shift].filter((one) => one !== false);
    return [...modifiers, KEY[key as keyof typeof KEY]];
  }
  // With Alt too it may be AltGr, which types a character.
  const keysym = ctrlKey && !altKey && [...key].length === 1 ? keysymOf(key) : null;
  return keysym === null ? null : [KEY.Control, keysym];
}
