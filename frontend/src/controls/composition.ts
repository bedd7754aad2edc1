import type { KeyboardEvent as ReactKeyboardEvent } from 'react';

/** The key code of a key that an input method consumes. */
const CONSUMED = 229;

/** Whether an input method consumes this key. In Safari the Enter that ends a composition follows it, so only its key code tells. */
export function inComposition(event: KeyboardEvent | ReactKeyboardEvent): boolean {
  const { isComposing, keyCode } = 'nativeEvent' in event ? event.nativeEvent : event;
  return isComposing || keyCode === CONSUMED;
}

/** Whether this key sends what is written: Enter without Shift. */
export const isSend = (event: ReactKeyboardEvent): boolean => event.key === 'Enter' && !event.shiftKey && !inComposition(event);

/** For the fields of a form: an Enter that ends a composition must not submit it. */
export function keepComposing(event: ReactKeyboardEvent) {
  if (event.key === 'Enter' && inComposition(event)) event.preventDefault();
}
