import { useEffect, useEffectEvent } from 'react';
import { words } from '../words';

export type Shortcut = 'palette' | 'newChat' | 'sidebar' | 'shortcuts';

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** The shortcut that a key press stands for. */
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
    // For keyboard layouts on which the slash needs Shift.
    // falls through
    case '?':
      return 'shortcuts';
    default:
      return null;
  }
}

/** While the person controls the desktop, noVNC consumes the keys: they never arrive here. */
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

/** A chord as it is printed on this computer's keyboard. `mod` is the key for commands. */
export const chord = (...keys: string[]) => keys.map(printed);

function printed(key: string): string {
  const { names } = words.keys;
  if (key === 'mod') return apple ? '⌘' : names.Control;
  if (key === 'Shift' && apple) return '⇧';
  return Object.hasOwn(names, key) ? names[key as keyof typeof names] : key;
}
