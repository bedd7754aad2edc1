import { useCallback, useSyncExternalStore } from 'react';

export const WIDE = '(min-width: 1024px)';
/** Whether the screen can be touched, so that the keyboard may be one on the screen. */
export const TOUCH = '(any-pointer: coarse)';

export function useMediaQuery(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
