import { afterEach, expect, test } from 'vitest';
import { showLanguage, words } from '.';
import { compact, list, percent, plural } from './format';

afterEach(() => showLanguage('en'));

/** With plain spaces in place of those that do not break. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

test.each<[locale: string, expected: string[]]>([
  ['en', ['0 steps', '1 step', '2 steps', '12,345 steps']],
  ['de', ['0 Schritte', '1 Schritt', '2 Schritte', '12.345 Schritte']],
  ['pt-BR', ['0 etapa', '1 etapa', '2 etapas', '12.345 etapas']],
])('%s counts steps', async (locale, expected) => {
  await showLanguage(locale);
  expect([0, 1, 2, 12_345].map(words.takeover.steps)).toEqual(expected);
});

const NOON = new Date(2026, 0, 31, 12, 5).toISOString();

test.each<[locale: string, expected: Record<string, string>]>([
  [
    'en',
    {
      ...{ number: '1,234.5', compact: '12.3K', percent: '45%', list: 'one, two, three' },
      ...{ money: '$1,234.50', little: 'under $0.01', size: '1.5 MB', large: '12 GB', byte: '1 byte', bytes: '999 bytes' },
      ...{ dateTime: 'Jan 31, 2026, 12:05 PM', day: 'Jan 31, 2026', utcDay: 'Jan 31, 2026', month: 'January 2026' },
      ...{ ms: '1.5 s', minutes: '2 min 5 s', seconds: '1 s', now: 'now', ago: '3 minutes ago', yesterday: 'yesterday' },
      language: 'German (Austria)',
    },
  ],
  ['en-GB', { dateTime: '31 Jan 2026, 12:05', money: 'US$1,234.50', number: '1,234.5' }],
  [
    'de',
    {
      ...{ number: '1.234,5', percent: '45 %', list: 'eins, zwei und drei', money: '1.234,50 $', little: 'unter 0,01 $' },
      ...{ size: '1,5 MB', large: '12 GB', byte: '1 Byte', bytes: '999 Byte' },
      ...{ dateTime: '31.01.2026, 12:05', day: '31.01.2026', utcDay: '31.01.2026', month: 'Januar 2026' },
      ...{ ms: '1,5 s', minutes: '2 min 5 s', seconds: '1 s', now: 'jetzt', ago: 'vor 3 Minuten', yesterday: 'gestern' },
      language: 'Deutsch (Österreich)',
    },
  ],
  ['de-AT', { month: 'Jänner 2026', number: '1 234,5' }],
  [
    'pt-BR',
    {
      ...{ number: '1.234,5', percent: '45%', list: 'um, dois e três', money: 'US$ 1.234,50', little: 'menos de US$ 0,01' },
      ...{ size: '1,5 MB', large: '12 GB', byte: '1 byte', bytes: '999 bytes' },
      ...{ dateTime: '31 de jan. de 2026, 12:05', day: '31 de jan. de 2026', month: 'janeiro de 2026' },
      ...{ ms: '1,5 s', minutes: '2 min 5 s', now: 'agora', ago: 'há 3 minutos', yesterday: 'ontem' },
      language: 'alemão (Áustria)',
    },
  ],
])('numbers, amounts and times as they are written in %s', async (locale, expected) => {
  await showLanguage(locale);
  const { bytes, languageName, money, number, outcomes, time } = words;
  const three = { en: ['one', 'two', 'three'], de: ['eins', 'zwei', 'drei'], pt: ['um', 'dois', 'três'] }[locale.slice(0, 2)]!;
  const written: Record<string, string> = {
    ...{ number: number(1234.5), compact: compact(12_345), percent: percent(0.45), list: list(three) },
    ...{ money: money(1_234_500_000), little: outcomes.money(1200) },
    ...{ size: bytes(1_500_000), large: bytes(12e9), byte: bytes(1), bytes: bytes(999) },
    ...{ dateTime: time.dateTime(NOON), day: time.day(NOON), utcDay: time.utcDay('2026-01-31'), month: time.month(new Date(NOON)) },
    ...{ ms: time.ms(1500), minutes: time.ms(125_000), seconds: time.seconds(200) },
    ...{ now: time.ago(0), ago: time.ago(180_000), yesterday: time.ago(86_400_000) },
    language: languageName('de-AT'),
  };
  expect(Object.fromEntries(Object.keys(expected).map((name) => [name, plain(written[name]!)]))).toEqual(expected);
});

test('what is no language stays as it is', () => {
  expect(words.languageName('no language')).toBe('no language');
});

test('a count has the form of its language', async () => {
  expect(plural(0, 'one', 'other')).toBe('0 other');
  await showLanguage('pt-BR');
  expect(plural(0, 'one', 'other')).toBe('0 one');
});
