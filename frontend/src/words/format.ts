// How numbers, times and amounts are written: in the language that is shown, and in the person's variant of it.

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

function formatsOf(locale: string) {
  const number = (options?: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options);
  const date = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  return {
    plain: number(),
    compact: number({ notation: 'compact', maximumFractionDigits: 1 }),
    tenths: number({ minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    percent: number({ style: 'percent' }),
    dollars: number({ style: 'currency', currency: 'USD' }),
    price: number({ style: 'currency', currency: 'USD', maximumFractionDigits: 6 }),
    size: (unit: (typeof UNITS)[number], digits: number) =>
      number({
        style: 'unit',
        unit,
        unitDisplay: unit === 'byte' ? 'long' : 'short',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
    dateTime: date({ dateStyle: 'medium', timeStyle: 'short' }),
    day: date({ dateStyle: 'medium' }),
    utcDay: date({ dateStyle: 'medium', timeZone: 'UTC' }),
    month: date({ month: 'long', year: 'numeric' }),
    relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
    plurals: new Intl.PluralRules(locale),
    list: new Intl.ListFormat(locale, { type: 'unit', style: 'short' }),
    languages: new Intl.DisplayNames(locale, { type: 'language', languageDisplay: 'standard' }),
    order: new Intl.Collator(locale),
  };
}

let formats = formatsOf('en');

/** Writes everything as in this language from now on. */
export function formatAs(locale: string) {
  formats = formatsOf(locale);
}

/** "1 step", "12 steps". English, German and Portuguese have no other forms. */
export const plural = (count: number, one: string, other: string) =>
  `${number(count)} ${formats.plurals.select(count) === 'one' ? one : other}`;

export const number = (value: number): string => formats.plain.format(value);

/** "1.2K" */
export const compact = (value: number): string => formats.compact.format(value);

/** A share of 0 to 1 in percent. */
export const percent = (share: number): string => formats.percent.format(share);

/** An amount in millionths of a dollar. */
export const money = (microdollars: number): string => formats.dollars.format(microdollars / 1_000_000);

/** A price in millionths of a dollar, with parts of a cent. */
export const price = (microdollars: number): string => formats.price.format(microdollars / 1_000_000);

/** "one, two, three" */
export const list = (items: readonly string[]): string => formats.list.format(items);

/** What a language is called, such as "German (Austria)". */
export function languageName(tag: string): string {
  try {
    return formats.languages.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** Orders texts as a dictionary does. */
export const inOrder = (one: string, other: string): number => formats.order.compare(one, other);

/** Without the sentences after the first one. */
export const firstSentence = (text: string): string => text.split(/(?<=[.!?])\s/)[0]!;

const tenths = (ms: number) => `${formats.tenths.format(ms / 1000)} s`;
const whole = (seconds: number) => `${number(Math.round(seconds))} s`;

export const time = {
  /** A time of the API, as people write it. */
  dateTime: (time: string | number): string => formats.dateTime.format(new Date(time)),
  /** The day of a time, such as "Nov 30, 2026". */
  day: (time: string): string => formats.day.format(new Date(time)),
  /** A day of UTC, such as `2026-11-30`. */
  utcDay: (day: string): string => formats.utcDay.format(new Date(`${day}T00:00:00Z`)),
  /** "November 2026" */
  month: (time: Date): string => formats.month.format(time),
  ms: (ms: number): string => {
    if (ms < 9950) return tenths(Math.max(100, ms));
    if (ms < 59_500) return whole(ms / 1000);
    return `${number(Math.floor(ms / 60_000))} min ${whole((ms % 60_000) / 1000)}`;
  },
  seconds: (ms: number): string => (ms < 59_500 ? whole(Math.max(1, ms / 1000)) : time.ms(ms)),
  ago: (ms: number): string => {
    const { relative } = formats;
    const seconds = Math.round(ms / 1000);
    if (seconds < 5) return relative.format(0, 'second');
    if (seconds < 60) return relative.format(-seconds, 'second');
    if (seconds < 3600) return relative.format(-Math.round(seconds / 60), 'minute');
    if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour');
    return relative.format(-Math.round(seconds / 86_400), 'day');
  },
};

export function bytes(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return formats.size(UNITS[power]!, power > 0 && value < 9.95 ? 1 : 0).format(value);
}
