import { useState } from 'react';

/** State that outlives the page, as JSON in the browser's storage. What is there and unreadable counts as absent. */
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
      // Storage may be full or blocked; the choice then lasts as long as the page.
    }
  };
  return [value, remember];
}
