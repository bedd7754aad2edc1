// The events of a chat that are loaded, with the timeline they make.

import type { ChatEvent } from '../api/types';
import { emptyTimeline, rebuild, reduceAll } from './reduce';
import type { StreamEvent, Timeline } from './types';

export interface Log {
  /** In order. */
  events: ChatEvent[];
  timeline: Timeline;
}

export const emptyLog: Log = { events: [], timeline: emptyTimeline };

/** Adds events that arrived. */
export function addEvents({ events, timeline }: Log, arrived: StreamEvent[]): Log {
  const added = arrived.filter((one) => one.type === 'chat').map((one) => one.event);
  const fresh = added.filter((event) => event.seq > timeline.lastSeq);
  return { events: fresh.length > 0 ? [...events, ...fresh] : events, timeline: reduceAll(timeline, arrived) };
}

/** Adds the events before those that are there. `complete`: none is missing any more. */
export function addEarlier({ events, timeline }: Log, earlier: ChatEvent[], complete: boolean): Log {
  const all = new Map([...events, ...earlier].map((event) => [event.seq, event]));
  const inOrder = [...all.values()].sort((one, other) => one.seq - other.seq);
  const from = complete ? null : (earlier[0]?.seq ?? null);
  return { events: inOrder, timeline: rebuild(timeline, inOrder, from) };
}
