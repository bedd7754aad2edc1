// Parts of long lists. The browser skips those that are out of sight, and watches each, so they are not too small.

import type { Item } from '../timeline/types';

const EVENTS = 50;
const STEPS = 25;

/** Groups the items of a block by the numbers of their events, so that earlier ones that are added regroup none. */
export function itemChunks(items: Item[]): [key: number, items: Item[]][] {
  const chunks = new Map<number, Item[]>();
  for (const item of items) {
    // An item's key begins with the number of its event.
    const key = Math.floor(Number.parseInt(item.key, 10) / EVENTS);
    const chunk = chunks.get(key);
    if (chunk) chunk.push(item);
    else chunks.set(key, [item]);
  }
  return [...chunks];
}

/** Groups steps by their place, so that those that arrive regroup none. */
export const stepChunks = <One>(steps: One[]): One[][] =>
  Array.from({ length: Math.ceil(steps.length / STEPS) }, (_, nth) => steps.slice(nth * STEPS, (nth + 1) * STEPS));

/** Tells the stylesheet the number of lines or frames, for the size of a chunk that has never been seen. */
export const countStyle = (count: number) => ({ '--count': count }) as React.CSSProperties;
