import { ESLint } from 'eslint';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const eslint = new ESLint({ cwd: resolve(import.meta.dirname, '../..') });

/** The rules that a page with this code breaks. */
async function broken(code: string, filePath = 'src/shell/Example.tsx'): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return result!.messages.map(({ ruleId }) => ruleId);
}

const TEXT = 'interface-texts/in-catalogue';

test.each([
  'export const Page = () => <p>Hello</p>;',
  "export const Page = () => <p>{'Hello'}</p>;",
  "export const Page = ({ on }: { on: boolean }) => <p>{on ? 'on' : 'off'}</p>;",
  'export const Page = ({ name }: { name: string }) => <p>{`by ${name}`}</p>;',
  'export const Page = () => <input placeholder="name" />;',
  "export const Page = ({ on }: { on: boolean }) => <button aria-label={on ? 'on' : 'off'} />;",
  "export const option = () => ({ value: 'all', label: 'all' });",
  "export const problem = () => 'Something went wrong.';",
  'export const greeting = (name: string) => `Hello ${name}`;',
])('a literal text is refused: %s', async (code) => {
  expect(new Set(await broken(code))).toEqual(new Set([TEXT]));
});

test.each([
  'export const Page = ({ name }: { name: string }) => <p className="name">{name} · 1</p>;',
  "export const Page = ({ on }: { on: boolean }) => <p data-state={on ? 'on' : 'off'} />;",
  "export const check = () => { throw new Error('Only programmers read this'); };",
  "import { words } from '../words';\nexport const Page = () => <p title={words.chats.new}>{words.chats.label}</p>;",
])('what is no text of the interface is fine: %s', async (code) => {
  expect(await broken(code)).toEqual([]);
});

test.each([
  "import { words } from '../words';\nexport const LABELS = { all: words.chats.label };",
  "import { words } from '../words';\nexport const { chats } = words;",
])('texts that are read too early are refused: %s', async (code) => {
  expect(await broken(code)).toEqual(['interface-texts/read-when-needed']);
});

test.each([
  "export const name = new Intl.DisplayNames('en', { type: 'language' });",
  'export const day = (date: Date) => date.toLocaleDateString();',
  'export const money = (dollars: number) => dollars.toFixed(2);',
])('formats of a single language are refused: %s', async (code) => {
  expect(await broken(code)).toEqual(['no-restricted-syntax']);
});

test('the catalogues may have texts, and so may tests', async () => {
  expect(await broken("export const title = 'All chats here';", 'src/words/en/example.ts')).toEqual([]);
  expect(await broken("export const title = 'All chats here';", 'src/shell/example.test.ts')).toEqual([]);
});
