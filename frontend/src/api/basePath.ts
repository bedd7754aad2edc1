/** The path below which Deskhand is served, such as `/` or `/desk/`. The server writes it into the page. */
export const BASE_PATH = document.querySelector<HTMLMetaElement>('meta[name="base-path"]')?.content ?? '/';
