import { useEffect, useEffectEvent } from 'react';

export type Shortcut = 'palette' | 'newChat' | 'sidebar' | 'shortcuts';

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** Which shortcut of the frame a key press is. */
export function shortcutOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>): Shortcut | null {
  if (event.altKey || !(event.ctrlKey || event.metaKey)) return null;
  switch (event.key.toLowerCase()) {
    case 'k':
      return event.shiftKey ? null : 'palette';
    case 'o':
      return event.shiftKey ? 'newChat' : null;
    case 'b':
      return event.shiftKey ? null : 'sidebar';
    case '/':
    // Layouts that need shift for the slash.
    // falls through
    case '?':
      return 'shortcuts';
    default:
      return null;
  }
}

/** While the person is in control, keys on the screen go to the desktop and never come here: noVNC keeps them. */
export function useShortcuts(onShortcut: (shortcut: Shortcut) => void) {
  const handle = useEffectEvent(onShortcut);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (!shortcut) return;
      event.preventDefault();
      handle(shortcut);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

/** A chord as the reader's keyboard writes it. */
export const chord = (...keys: string[]) =>
  keys.map((key) => (key === 'mod' ? (apple ? '⌘' : 'Ctrl') : key === 'shift' ? (apple ? '⇧' : 'Shift') : key));
