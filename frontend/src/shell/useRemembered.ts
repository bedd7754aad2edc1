import { useState } from 'react';

/** State that survives a reload, as JSON in the browser's local storage. An unreadable value counts as absent. */
export function useRemembered<Value>(key: string, initial: Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(() => {
    try {
      const stored = localStorage.getItem(key);
      return stored === null ? initial : (JSON.parse(stored) as Value);
    } catch {
      return initial;
    }
  });
  const remember = (next: Value) => {
    setValue(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // Storage may be full or blocked; the value then lasts until the page is reloaded.
    }
  };
  return [value, remember];
}
