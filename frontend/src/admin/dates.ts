const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A time of the API, as people write it. */
export const day = (time: string) => DAY.format(new Date(time));
