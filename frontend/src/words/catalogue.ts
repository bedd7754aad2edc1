import type { catalogue } from './en';

/** The texts in one language. The English ones say which there are: a line that another language lacks does not compile. */
export type Catalogue = typeof catalogue;
