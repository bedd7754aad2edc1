import { useEffect, useState, type ReactNode } from 'react';

/** Shows its children after a delay in milliseconds, so that a short wait shows nothing. */
export function Delayed({ after = 300, children }: { after?: number; children: ReactNode }) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), after);
    return () => clearTimeout(timer);
  }, [after]);
  return due ? children : null;
}
