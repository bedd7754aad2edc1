import { useEffect, useState } from 'react';

const DELAY_MS = 200;

/** A value once it has not changed for a moment. An empty text counts at once. */
export function useDebounced(value: string): string {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), DELAY_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return value === '' ? value : settled;
}
