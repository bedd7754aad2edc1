/** The languages of the interface. */
export const LANGUAGES = ['en', 'de', 'pt-BR'] as const;

export type Language = (typeof LANGUAGES)[number];

/** What each language calls itself. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch', 'pt-BR': 'Português (Brasil)' };

const primary = (tag: string) => tag.split('-')[0]!.toLowerCase();

/** The language of the interface for a person with this one: `de` for `de-AT`, `pt-BR` for each Portuguese, and none for `fr`. */
export const languageOf = (tag: string | null | undefined): Language | undefined =>
  tag ? LANGUAGES.find((language) => primary(language) === primary(tag)) : undefined;

/** The first of these tags whose language the interface has. It stays as it is, `de-AT`, for the formats of dates and numbers. */
export const localeFor = (tags: readonly (string | null | undefined)[]): string => tags.find(isSpoken) ?? 'en';

function isSpoken(tag: string | null | undefined): tag is string {
  return languageOf(tag) !== undefined && isWellFormed(tag!);
}

function isWellFormed(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}
