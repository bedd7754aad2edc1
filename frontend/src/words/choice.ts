// Which language is shown: the one in the person's settings, else the one chosen in this browser, else the browser's own.

import { showLanguage } from '.';
import { languageOf, localeFor, type Language } from './languages';

/** What was chosen in this browser, before a login. */
const CHOSEN = 'deskhand.language';
/** The setting of the person who was last logged in. public/start.js reads both keys. */
const SETTING = 'deskhand.language-setting';

// Storage may be blocked; a choice then lasts as long as the page.
const kept = new Map<string, string | null>();

function read(key: string): string | null {
  if (kept.has(key)) return kept.get(key)!;
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string | null) {
  kept.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // See above.
  }
}

const preferred = () => localeFor([read(SETTING), read(CHOSEN), ...navigator.languages]);

/** Shows the language that a new page starts with. */
export const openLanguage = (): Promise<void> => showLanguage(preferred());

/** Shows another language in this browser, as long as the settings of nobody say something else. */
export function chooseLanguage(language: Language) {
  keep(SETTING, null);
  keep(CHOSEN, language);
  return showOrReload();
}

/** Shows the language that the person has chosen in the settings; `null` for the one of this browser. */
export function chooseSetting(language: string | null) {
  if (language === null) keep(CHOSEN, null);
  keepSetting(language);
  return showOrReload();
}

/** Shows the language of the person's settings. Without one that the interface has, this browser decides. */
export function followSetting(language: string | null | undefined): Promise<void> {
  keepSetting(language);
  return showLanguage(preferred());
}

const keepSetting = (language: string | null | undefined) => keep(SETTING, languageOf(language) ? language! : null);

/** Texts that can't be loaded may be those of another version: the whole page is loaded anew. */
const showOrReload = () => showLanguage(preferred()).catch(() => location.reload());
