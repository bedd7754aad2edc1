import { useEffect, useState } from 'react';

/** Whether something has lasted for some milliseconds. */
export function useLasting(lasts: boolean, ms: number): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!lasts) return;
    const timer = setTimeout(() => setLong(true), ms);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [lasts, ms]);
  return long;
}
