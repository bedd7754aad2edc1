import type { ComponentProps } from 'react';

/** Where the skip link leads when the page has no message field. */
export const MAIN_ID = 'main';

/** The content of a page. */
export function Main(props: ComponentProps<'main'>) {
  return <main {...props} id={MAIN_ID} tabIndex={-1} />;
}
