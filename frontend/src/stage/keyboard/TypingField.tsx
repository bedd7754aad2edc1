import { useCallback, useEffect, useRef, type InputEvent, type KeyboardEvent, type RefObject } from 'react';
import { inComposition } from '../../controls/composition';
import { words } from '../../words';
import { chordOf, releasesKeyboard, type Chord } from './keys';
import { isWorn, PADDING, typedKeys } from './typedText';
import styles from './KeyBar.module.css';

interface Props {
  ref: RefObject<HTMLTextAreaElement | null>;
  /** Whether a modifier is held for the next key, which then types no text. */
  modified: boolean;
  onKeys: (chords: Chord[]) => void;
  /** Called for Ctrl+Alt+Shift, which releases the keyboard. */
  onLeave: () => void;
}

/** A field that nobody sees. While it has the focus a phone's keyboard is open, and what it types becomes keys. */
export function TypingField({ ref, modified, onKeys, onLeave }: Props) {
  const before = useRef(PADDING);
  const renew = useCallback(() => {
    if (!ref.current) return;
    ref.current.value = before.current = PADDING;
    ref.current.setSelectionRange(PADDING.length, PADDING.length);
  }, [ref]);
  useEffect(() => {
    // It may move the desktop's caret: the text before it is then no longer the field's.
    window.addEventListener('pointerdown', renew, true);
    return () => window.removeEventListener('pointerdown', renew, true);
  }, [renew]);

  const onInput = (event: InputEvent<HTMLTextAreaElement>) => {
    const { value } = event.currentTarget;
    const keys = typedKeys(before.current, value);
    before.current = value;
    onKeys(keys.map((key) => [key]));
    if (modified || (isWorn(value) && !event.nativeEvent.isComposing)) renew();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (releasesKeyboard(event)) {
      event.preventDefault();
      onLeave();
      return;
    }
    const chord = inComposition(event) ? null : chordOf(event);
    if (!chord) return;
    event.preventDefault();
    // It is meant for the desktop, not for the page's own shortcuts.
    event.stopPropagation();
    onKeys([chord]);
    renew();
  };
  return (
    <textarea
      ref={ref}
      className={`visually-hidden ${styles.field}`}
      aria-label={words.keys.field}
      defaultValue={PADDING}
      tabIndex={-1}
      autoCapitalize="none"
      autoComplete="off"
      autoCorrect="off"
      spellCheck={false}
      enterKeyHint="enter"
      onFocus={renew}
      onInput={onInput}
      onKeyDown={onKeyDown}
    />
  );
}
