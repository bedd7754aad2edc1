import { useState } from 'react';
import type { Chord, Keysym } from './keys';

/** Modifiers that are held for the next key alone. */
export function useModifiers(onPress: (chord: Chord) => void) {
  const [held, setHeld] = useState<Chord>([]);
  const toggle = (modifier: Keysym) => setHeld(held.includes(modifier) ? held.filter((one) => one !== modifier) : [...held, modifier]);
  /** Presses chords one after another, the first of them with the held modifiers. */
  const press = (chords: Chord[]) => {
    chords.forEach((chord, index) => onPress(index === 0 ? [...held.filter((one) => !chord.includes(one)), ...chord] : chord));
    if (chords.length > 0 && held.length > 0) setHeld([]);
  };
  return { held, toggle, press };
}
