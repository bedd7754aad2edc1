import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Command, Keyboard } from 'lucide-react';
import { useRef, type ReactNode } from 'react';
import { Button } from '../../controls/Button';
import { words } from '../../words';
import { KeyMenu } from './KeyMenu';
import { KEY, type Chord } from './keys';
import { TypingField } from './TypingField';
import { useModifiers } from './useModifiers';
import styles from './KeyBar.module.css';

const MODIFIERS = ['Control', 'Alt', 'Shift'] as const;
const KEYS = ['Escape', 'Tab', ...MODIFIERS, 'Delete', 'Home', 'End', 'PageUp', 'PageDown', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight'] as const;

/** Keys with a picture in place of a word. */
const ICONS: Partial<Record<(typeof KEYS)[number], ReactNode>> = {
  ArrowLeft: <ArrowLeft size={18} />,
  ArrowUp: <ArrowUp size={18} />,
  ArrowDown: <ArrowDown size={18} />,
  ArrowRight: <ArrowRight size={18} />,
};

interface Props {
  /** Whether the keys are shown and the phone's keyboard is wanted. */
  open: boolean;
  onOpen: (open: boolean) => void;
  container: HTMLElement | null;
  onPress: (chord: Chord) => void;
  onFocusDesktop: () => void;
  onLeave: () => void;
}

/** The bar below the desktop on a touch screen: it opens the phone's keyboard, and has the keys which that lacks. */
export function KeyBar({ open, onOpen, container, onPress, onFocusDesktop, onLeave }: Props) {
  const field = useRef<HTMLTextAreaElement>(null);
  const { held, toggle, press } = useModifiers(onPress);
  const focusField = () => field.current?.focus({ preventScroll: true });
  const toggleKeyboard = () => {
    onOpen(!open);
    // At once: browsers open a keyboard only for what the person just did.
    (open ? onFocusDesktop : focusField)();
  };
  const sendChord = (chord: Chord) => {
    onPress(chord);
    (open ? focusField : onFocusDesktop)();
  };
  return (
    // A press keeps the focus where it is, so that the phone's keyboard stays open.
    <div className={styles.bar} onMouseDown={(event) => event.preventDefault()}>
      <div className={styles.keys} role="group" aria-label={words.keys.bar} data-open={open || undefined}>
        <Button
          className={styles.key}
          style={{ gridArea: 'keyboard' }}
          icon={<Keyboard size={18} />}
          title={words.keys.keyboard}
          aria-pressed={open}
          onClick={toggleKeyboard}
        >
          <span className={styles.word}>{words.keys.keyboard}</span>
        </Button>
        <KeyMenu
          side="top"
          align="start"
          container={container}
          onPress={sendChord}
          trigger={
            <Button className={styles.key} style={{ gridArea: 'menu' }} icon={<Command size={16} />} title={words.keys.menu}>
              <span className={styles.word}>{words.keys.menu}</span>
            </Button>
          }
        />
        {open &&
          KEYS.map((name) => {
            const modifier = MODIFIERS.some((one) => one === name);
            return (
              <Button
                key={name}
                className={styles.key}
                style={{ gridArea: name }}
                aria-label={words.keys.names[name]}
                aria-pressed={modifier ? held.includes(KEY[name]) : undefined}
                onClick={() => (modifier ? toggle(KEY[name]) : press([[KEY[name]]]))}
              >
                {ICONS[name] ?? words.keys.names[name]}
              </Button>
            );
          })}
      </div>
      <TypingField ref={field} modified={held.length > 0} onKeys={press} onLeave={onLeave} />
    </div>
  );
}
