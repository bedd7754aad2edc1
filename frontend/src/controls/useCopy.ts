import { useEffect, useState } from 'react';
import { copyText } from './copyText';

const COPIED_MS = 1500;

/** Copies a text, and tells for a moment that it did. That it could not stays until the next attempt. */
export function useCopy(text: string) {
  const [outcome, setOutcome] = useState<'copied' | 'failed' | null>(null);
  useEffect(() => {
    if (outcome !== 'copied') return;
    const timer = setTimeout(() => setOutcome(null), COPIED_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => setOutcome((await copyText(text)) ? 'copied' : 'failed');
  return { outcome, copy: () => void copy() };
}
