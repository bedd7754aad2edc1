const format = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** The day of a time, such as “Nov 30, 2026”. */
export const onDay = (time: string): string => format.format(new Date(time));
