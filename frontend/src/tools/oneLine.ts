/** Shows line breaks as ⏎, so that a row stays a single line. */
export const oneLine = (text: string) => text.replace(/\n+$/, '').replace(/\n/g, ' ⏎ ');
