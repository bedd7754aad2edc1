/** Shows line ends as ⏎, so that a row stays a row. */
export const oneLine = (text: string) => text.replace(/\n+$/, '').replace(/\n/g, ' ⏎ ');
