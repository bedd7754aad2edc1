import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { languageOf, localeFor, type Language } from './languages';

test.each<[tag: string | null | undefined, language: Language | undefined]>([
  ['en', 'en'],
  ['en-GB', 'en'],
  ['de', 'de'],
  ['de-AT', 'de'],
  ['DE-ch', 'de'],
  ['pt-BR', 'pt-BR'],
  ['pt', 'pt-BR'],
  ['pt-PT', 'pt-BR'],
  ['fr', undefined],
  ['den', undefined],
  ['', undefined],
  [null, undefined],
  [undefined, undefined],
])('who speaks %s reads %s', (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});

test.each<[tags: (string | null)[], locale: string]>([
  [[], 'en'],
  [['fr', 'ja'], 'en'],
  [['fr', 'de-AT', 'en'], 'de-AT'],
  [[null, 'pt'], 'pt'],
  [['de_AT', 'de-?', 'en-GB'], 'en-GB'],
])('of %j the first that the interface has is %s', (tags, locale) => {
  expect(localeFor(tags)).toBe(locale);
});

/** Loads the page anew, in a browser with these languages. */
async function openPage(...languages: string[]) {
  vi.resetModules();
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages);
  const choice = await import('./choice');
  const shown = await import('.');
  await choice.openLanguage();
  return { ...choice, shown: shown.shownLanguage, shell: () => shown.words.shell.language };
}

beforeEach(() => localStorage.clear());
afterEach(() => localStorage.clear());

test('a new page speaks as the browser does', async () => {
  const page = await openPage('fr-FR', 'pt-PT', 'en');
  expect([page.shown(), page.shell(), document.documentElement.lang]).toEqual(['pt-BR', 'Idioma', 'pt-BR']);
});

test('a choice before the login is remembered, until somebody’s settings say something else', async () => {
  const page = await openPage('en-US');
  await page.chooseLanguage('de');
  expect([page.shown(), page.shell(), document.documentElement.lang]).toEqual(['de', 'Sprache', 'de']);
  expect((await openPage('en-US')).shown()).toBe('de');
  await page.followSetting('pt-BR');
  expect(page.shown()).toBe('pt-BR');
  expect((await openPage('en-US')).shown()).toBe('pt-BR');
  await page.chooseLanguage('en');
  expect((await openPage('de-DE')).shown()).toBe('en');
});

test.each([null, undefined, 'fr-FR'])('with %s in the settings, the choice in the browser counts', async (setting) => {
  const page = await openPage('en-US');
  await page.followSetting('pt-BR');
  await page.followSetting(setting);
  expect(page.shown()).toBe('en');
  await page.chooseLanguage('de');
  await page.followSetting(setting);
  expect(page.shown()).toBe('de');
  await page.chooseSetting('fr-FR');
  expect(page.shown()).toBe('de');
  await page.chooseSetting(null);
  expect(page.shown()).toBe('en');
});

test('where storage is blocked, a choice lasts as long as the page', async () => {
  const blocked = () => {
    throw new DOMException('blocked', 'SecurityError');
  };
  vi.spyOn(Storage.prototype, 'getItem').mockImplementation(blocked);
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(blocked);
  vi.spyOn(Storage.prototype, 'removeItem').mockImplementation(blocked);
  const page = await openPage('en-US');
  await page.chooseLanguage('de');
  expect(page.shown()).toBe('de');
  await page.followSetting('pt-BR');
  await page.followSetting(null);
  expect(page.shown()).toBe('de');
});

test('the choice that was made last wins, however long its texts take', async () => {
  const page = await import('.');
  const slow = page.showLanguage('de');
  await page.showLanguage('en');
  await slow;
  expect([page.shownLanguage(), page.words.shell.language]).toEqual(['en', 'Language']);
});
