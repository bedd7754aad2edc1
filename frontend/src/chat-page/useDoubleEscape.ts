import { useEffect, useEffectEvent, useState } from 'react';
import { inComposition } from '../controls/composition';

const DOUBLE_PRESS_MS = 1000;

/** Stops the run when Esc is pressed twice within a second. Returns true between the two. */
export function useDoubleEscape(enabled: boolean, onStop: () => void): boolean {
  const [armed, setArmed] = useState(false);
  const press = useEffectEvent(() => {
    if (armed) onStop();
    setArmed(!armed);
  });
  useEffect(() => {
    if (!enabled) return;
    const listen = (event: KeyboardEvent) => {
      // Dialogs, menus and panels that close with Esc handle the event themselves.
      if (event.key === 'Escape' && !event.defaultPrevented && !inComposition(event)) press();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [enabled]);
  useEffect(() => {
    if (!armed) return;
    const timer = setTimeout(() => setArmed(false), DOUBLE_PRESS_MS);
    return () => clearTimeout(timer);
  }, [armed]);
  return armed && enabled;
}
