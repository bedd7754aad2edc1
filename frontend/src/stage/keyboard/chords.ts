import { KEY, keysymOf, type Chord } from './keys';

const key = (character: string) => keysymOf(character)!;

/** Chords that the person's browser or computer keeps for itself. */
export const CHORDS = {
  closeTab: [KEY.Control, key('w')],
  newTab: [KEY.Control, key('t')],
  nextTab: [KEY.Control, KEY.Tab],
  newWindow: [KEY.Control, key('n')],
  switchWindow: [KEY.Alt, KEY.Tab],
  closeWindow: [KEY.Alt, KEY.F4],
  maximize: [KEY.Super, KEY.ArrowUp],
  showDesktop: [KEY.Super, key('d')],
  fullScreen: [KEY.F11],
} as const satisfies Record<string, Chord>;
