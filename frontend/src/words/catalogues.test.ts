import { expect, test } from 'vitest';
import { showLanguage } from '.';
import { catalogue as de } from './de';
import { catalogue as en } from './en';
import { linesOf, valuesFor, type Say } from './lines.fixture';
import { catalogue as ptBR } from './pt-BR';

/** Which of its values a function uses. */
function usesOf(line: Say, kinds: (readonly unknown[])[]): boolean[] {
  const say = (values: unknown[]) => JSON.stringify(line(...values));
  const usual = kinds.map(([one]) => one);
  return kinds.map(([, other], index) => say(usual) !== say(usual.with(index, other)));
}

const english = new Map(linesOf(en));
const others = { de, 'pt-BR': ptBR };

test('English has lines, of texts and of functions', () => {
  expect(english.size).toBeGreaterThan(600);
  expect([...english.values()].filter((line) => typeof line === 'function').length).toBeGreaterThan(100);
});

test.each(Object.entries({ en, ...others }))('no line of %s is empty, or begins or ends with a space', (_, catalogue) => {
  const texts = linesOf(catalogue).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  expect(texts.filter(([, text]) => text === '' || text.trim() !== text)).toEqual([]);
});

test.each(Object.entries(others))('%s has the lines of English', (_, catalogue) => {
  expect(linesOf(catalogue).map(([path]) => path).sort()).toEqual([...english.keys()].sort());
});

test.each(Object.entries(others))('the texts of %s contain what the English ones contain', async (language, catalogue) => {
  await showLanguage(language);
  const differing = linesOf(catalogue).filter(([path, line]) => {
    const original = english.get(path);
    if (typeof line !== 'function' || typeof original !== 'function') return typeof line !== typeof original;
    const kinds = valuesFor(original);
    return usesOf(line, kinds).join() !== usesOf(original, kinds).join();
  });
  expect(differing.map(([path]) => path)).toEqual([]);
  await showLanguage('en');
});

/** Names, which are the same in each language. */
const NAMES = [
  'OpenID Connect',
  'Google Gemini',
  'Together AI',
  'LM Studio',
  'Amazon Bedrock',
  'Azure OpenAI',
  'Claude Platform on AWS',
  'Claude on Google Cloud',
  'Microsoft Foundry',
  'Vertex AI',
];

test.each(Object.entries(others))('no sentence of %s is left in English', (_, catalogue) => {
  const left = linesOf(catalogue).filter(
    ([path, line]) => typeof line === 'string' && line === english.get(path) && line.includes(' ') && !NAMES.includes(line),
  );
  expect(left).toEqual([]);
});

test('what is missing or too much in a language would not compile', () => {
  const { chats } = de;
  // @ts-expect-error -- `today` and others are missing
  const missing: typeof en.chats = { label: chats.label };
  // @ts-expect-error -- there is no such line
  const unknown: typeof en.chats = { ...chats, tomorrow: 'Morgen' };
  // @ts-expect-error -- a text in place of a function
  const wrong: typeof en.chats = { ...chats, needsYou: 'Braucht Sie' };
  expect([missing, unknown, wrong]).toHaveLength(3);
});
