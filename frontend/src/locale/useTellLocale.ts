import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { useSetLocale } from '../api/locale';
import { meQuery } from '../api/session';
import { browserLanguage, browserTimeZone } from './names';

/**
 * Tells the server the time zone and the language of this browser: when the page opens, and when the person comes back to it
 * from another browser or from a journey. So the browser that was used last counts.
 */
export function useTellLocale() {
  const client = useQueryClient();
  const { mutate } = useSetLocale();
  const tell = useEffectEvent(async (maxAge: number) => {
    const me = await client.fetchQuery({ ...meQuery, staleTime: maxAge }).catch(() => undefined);
    const browser = { detected_time_zone: browserTimeZone(), detected_language: browserLanguage() };
    if (!me || (me.detected_time_zone === browser.detected_time_zone && me.detected_language === browser.detected_language)) return;
    mutate(browser);
  });
  useEffect(() => {
    void tell(Infinity);
    const comeBack = () => void (document.visibilityState === 'visible' && tell(0));
    document.addEventListener('visibilitychange', comeBack);
    return () => document.removeEventListener('visibilitychange', comeBack);
  }, []);
}
