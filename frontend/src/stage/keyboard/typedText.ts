import { KEY, keysymOf, type Keysym } from './keys';

/**
 * What stands in the field before anything is typed: a phone's keyboard reports a deletion only where there is something
 * to delete. Line breaks, because what follows them looks like the start of a text to the keyboard.
 */
export const PADDING = '\n'.repeat(64);
const LEAST_PADDING = 16;
const MOST_TEXT = 1000;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** The units that one press of Backspace deletes. */
const unitsOf = (text: string) => Array.from(graphemes.segment(text.normalize('NFC')), ({ segment }) => segment);

/**
 * The keys that do on the desktop what changed a field's text. Phones' keyboards tell no keys: they replace text, often
 * a whole word. The desktop's caret is taken to be at the end of the text.
 */
export function typedKeys(before: string, after: string): Keysym[] {
  const old = unitsOf(before);
  const now = unitsOf(after);
  let same = 0;
  while (same < Math.min(old.length, now.length) && old[same] === now[same]) same += 1;
  const typed = now.slice(same).flatMap((unit) => [...unit]);
  const padding = paddingOf(old);
  const deleted = old.length - Math.max(same, padding);
  // Of the padding any number may go at once, when a keyboard deletes by words or lines.
  const beyond = same < padding && typed.length === 0 ? 1 : 0;
  return [
    ...Array<Keysym>(Math.max(0, deleted) + beyond).fill(KEY.Backspace),
    ...typed.map(keysymOf).filter((keysym) => keysym !== null),
  ];
}

/** Whether the field's text should be replaced with the padding: there is too little of it, or too much text. */
export function isWorn(value: string): boolean {
  return value.length > PADDING.length + MOST_TEXT || paddingOf([...value]) < LEAST_PADDING;
}

function paddingOf(units: string[]): number {
  const first = units.findIndex((unit) => unit !== '\n');
  return first < 0 ? units.length : first;
}
