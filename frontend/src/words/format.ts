export const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

export const time = {
  /** A time of the API, as people write it. */
  dateTime: (time: string): string => dateTime.format(new Date(time)),
  ms: (ms: number): string => {
    if (ms < 950) return `${Math.max(0.1, ms / 1000).toFixed(1)} s`;
    if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
    if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
    return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
  },
  seconds: (ms: number): string => (ms < 59_500 ? `${Math.max(1, Math.round(ms / 1000))} s` : time.ms(ms)),
  ago: (ms: number): string => {
    const seconds = Math.round(ms / 1000);
    if (seconds < 5) return 'just now';
    if (seconds < 60) return relative.format(-seconds, 'second');
    if (seconds < 3600) return relative.format(-Math.round(seconds / 60), 'minute');
    if (seconds < 86_400) return relative.format(-Math.round(seconds / 3600), 'hour');
    return relative.format(-Math.round(seconds / 86_400), 'day');
  },
};

export function bytes(bytes: number): string {
  if (bytes < 1000) return plural(bytes, 'byte', 'bytes');
  const units = ['kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}
