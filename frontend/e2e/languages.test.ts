import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Catalogue } from '../src/words/catalogue';
import { catalogue as de } from '../src/words/de';
import { catalogue as en } from '../src/words/en';
import { phrasesOf } from '../src/words/lines.fixture';
import { LANGUAGE_NAMES, type Language } from '../src/words/languages';
import { catalogue as ptBR } from '../src/words/pt-BR';
import { ADA, emptyChat, expectAccessible, liveScreen, logIn, messageField, saveScreenshot } from './browser';
import { setUp } from './harness';

const harness = setUp();

/** English words by which a page has a text that its language lacks. */
function remnantsFor(words: Catalogue): string[] {
  const own = new Set(phrasesOf(words));
  return phrasesOf(en).filter((phrase) => !own.has(phrase));
}

/** What people read or hear on the page, but for what people and programs wrote there. */
const textsOf = (page: Page) =>
  page.evaluate(() => {
    const texts: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement, textContent } = walker.currentNode;
      if (!parentElement!.closest('script, style, code, pre')) texts.push(textContent!);
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
      document.querySelectorAll(`[${name}]`).forEach((element) => texts.push(element.getAttribute(name)!));
    return texts.map((text) => text.trim()).filter(Boolean);
  });

/** What people and programs wrote: the examples of the demo, what is sent below, and what the demo answers. */
const FOREIGN = /^(open the |run `|say |not sent yet)|hello\.txt|\/nowhere/;

/** A word alone may be a name; a part of a sentence is not. */
const isRemnant = (text: string, phrase: string) => text === phrase || (phrase.includes(' ') && phrase.length > 8 && text.includes(phrase));

/** What is wider than its place: the page itself, or the text of a button or a link. */
const overflowing = (page: Page) =>
  page.evaluate(() => {
    const name = (element: Element) => `${element.tagName}: ${(element.getAttribute('aria-label') ?? element.textContent ?? '').slice(0, 60)}`;
    const shown = (element: Element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
    const scrolls = (element: Element | null): boolean =>
      element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth ? true : scrolls(element.parentElement));
    const pages = [document.documentElement, ...document.querySelectorAll('main, section, nav, form, dialog, [role=dialog]')];
    const wide = pages.filter((element) => shown(element) && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== 'visible');
    const controls = [...document.querySelectorAll('button, a, select, [role=menuitem]')].filter((element) => shown(element) && !element.closest('.visually-hidden'));
    const clipped = controls.filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      const shortened = getComputedStyle(element).textOverflow === 'ellipsis' || element.tagName === 'SELECT';
      return (!shortened && element.scrollWidth > element.clientWidth + 1) || ((left < -1 || right > innerWidth + 1) && !scrolls(element));
    });
    return [...wide, ...clipped].map(name);
  });

/** Looks at the page in both themes, narrow and wide, and checks it narrow and light, and wide and dark. */
async function check(page: Page, language: Language, words: Catalogue, name: string) {
  const phrases = remnantsFor(words);
  for (const [width, colorScheme] of [[360, 'light'], [360, 'dark'], [1440, 'dark'], [1440, 'light']] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: width === 360 ? 740 : 900 });
    await saveScreenshot(page, `${name}-${language}-${colorScheme}-${width}`);
    if ((width === 360) === (colorScheme === 'dark')) continue;
    await expectAccessible(page);
    expect({ name, width, overflowing: await overflowing(page) }).toEqual({ name, width, overflowing: [] });
    const texts = await textsOf(page);
    const left = texts.filter((text) => !FOREIGN.test(text) && phrases.some((phrase) => isRemnant(text, phrase)));
    expect({ name, width, left }).toEqual({ name, width, left: [] });
  }
}

test.each([
  ['de', de],
  ['pt-BR', ptBR],
] as const)('a person works with the interface in %s', async (language, words) => {
  const { page, close } = await harness.visit();
  await page.goto('/login');
  await logIn(page, ADA);
  await emptyChat(page);
  await messageField(page).fill('not sent yet');
  const chat = new URL(page.url()).pathname;

  // Chosen in the settings, it is there at once, and what was written stays.
  await page.goto('/settings');
  const choice = page.getByRole('combobox', { name: en.settings.language });
  await choice.selectOption(language === 'de' ? 'de-DE' : 'pt-BR');
  await page.getByRole('heading', { name: words.settings.title, exact: true }).waitFor();
  expect(await page.locator('html').getAttribute('lang')).toBe(language);
  await check(page, language, words, 'settings');
  await page.goto(chat);
  const field = page.getByRole('textbox', { name: words.composer.message, exact: true });
  await expect.poll(() => field.inputValue()).toBe('not sent yet');
  await liveScreen(page);
  await check(page, language, words, 'chat-empty');

  // Files that the demo makes, a step that failed, and one that is asked for.
  const say = async (text: string) => {
    await field.fill(text);
    await field.press('Enter');
  };
  const menu = async (item: string) => {
    await page.getByRole('button', { name: words.shell.userMenu }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const dialog = async (button: string, name: string) => {
    await page.getByRole('button', { name: button, exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await check(page, language, words, name);
    await page.keyboard.press('Escape');
  };
  await say('run `echo hello > ~/Outputs/hello.txt; ls /nowhere`');
  await page.getByRole('list', { name: words.files.savedFiles }).waitFor();
  await page.getByRole('button', { name: new RegExp(words.approval.never) }).click();
  await page.getByRole('menuitemradio', { name: words.approval.everything }).click();
  await page.keyboard.press('Escape');
  await say('run `ls`');
  await page.getByRole('button', { name: words.approval.approve, exact: true }).waitFor();
  await check(page, language, words, 'chat');
  await page.getByRole('button', { name: words.approval.deny, exact: true }).click();
  await page.getByLabel(words.approval.denyLabel).fill('because');
  await page.getByRole('button', { name: words.approval.denySend, exact: true }).click();
  await page.getByRole('log').getByText(words.approval.deniedByYou).first().waitFor();
  await page.getByRole('button', { name: new RegExp(`^${words.stage.files}( \\d+)?$`) }).click();
  await page.getByRole('region', { name: words.files.title }).waitFor();
  await check(page, language, words, 'files');
  await page.getByRole('button', { name: words.shell.userMenu }).click();
  await check(page, language, words, 'menu');
  await page.keyboard.press('Escape');

  await menu(words.account.title);
  await page.getByRole('heading', { name: words.account.sessionsTitle }).waitFor();
  await check(page, language, words, 'account');
  await dialog(words.account.newToken, 'token');
  await dialog(words.twoStep.turnOn, 'two-step');
  await menu(words.admin.title);
  await page.getByRole('heading', { name: words.audit.title }).waitFor();
  await page.getByText(words.audit.actions.login).first().waitFor();
  await check(page, language, words, 'admin');
  await dialog(words.admin.add, 'person');
  await dialog(words.admin.invite, 'invite');
  await dialog(words.providers.add, 'provider');
  const pages = [
    ['models', words.models.title, words.models.rulesTitle],
    ['desktops', words.desktops.title, words.desktops.runningTitle],
    ['runs', words.runs.title, words.runs.listTitle],
    ['internet', words.internet.title, words.internet.policyTitle],
    ['retention', words.retention.title, words.retention.periodsTitle],
    ['usage', words.usage.title, words.usage.modelsTitle],
  ] as const;
  for (const [name, link, heading] of pages) {
    await page.getByRole('navigation', { name: words.usage.pages }).getByRole('link', { name: link, exact: true }).click();
    await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    await check(page, language, words, name);
  }
  await menu(words.settings.title);
  await page.getByRole('navigation', { name: words.models.pages }).getByRole('link', { name: words.models.title }).click();
  await page.getByRole('heading', { name: words.models.keysTitle }).waitFor();
  await check(page, language, words, 'own-models');
  await dialog(words.models.add, 'own-model');
  await menu(words.shortcuts.title);
  await page.getByRole('dialog').waitFor();
  await check(page, language, words, 'shortcuts');
  await page.keyboard.press('Escape');

  // The login page stays in the language, and the next login too.
  await menu(words.auth.logout);
  await page.getByRole('heading', { name: words.auth.loginTitle, exact: true }).waitFor();
  await page.getByRole('button', { name: words.auth.login, exact: true }).click();
  await page.getByText(words.auth.missing).waitFor();
  await check(page, language, words, 'login');
  await close();

  // In another browser the settings count as well, and are taken back there.
  const other = await harness.visit();
  await other.page.goto('/login');
  await logIn(other.page, ADA);
  await other.page.getByRole('heading', { name: words.conversation.emptyTitle }).waitFor();
  await other.page.goto('/settings');
  await other.page.getByRole('combobox', { name: words.settings.language }).selectOption('');
  await other.page.getByRole('heading', { name: en.settings.title, exact: true }).waitFor();
  await other.close();
});

test('whoever is not logged in chooses a language, which the browser keeps', async () => {
  const { page, close } = await harness.visit({ locale: 'pt-BR' });
  const answers: string[] = [];
  page.on('request', (request) => request.url().includes('/api/') && answers.push(request.headers()['accept-language'] ?? ''));
  await page.goto('/login');
  await page.getByRole('heading', { name: ptBR.auth.loginTitle }).waitFor();
  await page.getByLabel(ptBR.shell.language).selectOption({ label: LANGUAGE_NAMES.de });
  await page.getByRole('heading', { name: de.auth.loginTitle }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: de.auth.loginTitle }).waitFor();
  expect(new Set(answers)).toEqual(new Set(['pt-BR', 'de']));
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  expect(loaded.filter((name) => /\/(en|de|pt-BR)-[^/]*\.js$/.test(name)).map((name) => /\/(en|de|pt-BR)-/.exec(name)![1])).toEqual(['de']);
  await page.goto('/setup');
  await page.getByText(de.auth.noToken).waitFor();
  await check(page, 'de', de, 'setup');
  await close();
});
