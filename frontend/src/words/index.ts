// The texts of the interface: a folder for each language, with a file for each concept.

import { useSyncExternalStore } from 'react';
import { loadPart } from '../loading/loadPart';
import type { Catalogue } from './catalogue';
import { bytes, formatAs, languageName, money, number, price, time } from './format';
import { languageOf, type Language } from './languages';

const CATALOGUES: Record<Language, () => Promise<{ catalogue: Catalogue }>> = {
  en: () => import('./en'),
  de: () => import('./de'),
  'pt-BR': () => import('./pt-BR'),
};

const common = { product: 'Deskhand', bytes, languageName, money, number, price, time };

/** The texts in the language that is shown. Read them when they are needed: the language may change. */
export let words: Catalogue & typeof common;

let wanted = 'en';
let shown = 'en';
const listeners = new Set<() => void>();

/** Shows the interface in this language, `de-AT`, once its texts are loaded. */
export async function showLanguage(locale: string): Promise<void> {
  wanted = locale;
  if (words && locale === shown) return;
  const language = languageOf(locale) ?? 'en';
  const { catalogue } = await loadPart(CATALOGUES[language]);
  // Meanwhile another one may have been chosen.
  if (wanted !== locale) return;
  shown = locale;
  formatAs(locale);
  words = { ...common, ...catalogue };
  document.documentElement.lang = language;
  listeners.forEach((listener) => listener());
}

/** The language that is shown. */
export const shownLanguage = (): Language => languageOf(shown) ?? 'en';

/** The language that is shown, in the person's variant. What is under a key of it appears anew when it changes. */
export const useLocale = (): string =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
