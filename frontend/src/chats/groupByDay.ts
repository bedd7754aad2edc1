import type { Chat, RunState } from '../api/types';
import { words } from '../words';

export interface DayGroup {
  label: string;
  chats: Chat[];
}

const DAY = 86_400_000;

/** Groups chats under "Today", "Yesterday" and so on, newest first, in the local time zone; older ones by month. */
export function groupByDay(chats: Chat[], now: Date): DayGroup[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const groups: DayGroup[] = [];
  for (const chat of chats.toSorted((one, other) => other.updated_at.localeCompare(one.updated_at))) {
    const label = labelOf(new Date(chat.updated_at), midnight);
    const last = groups.at(-1);
    if (last?.label === label) last.chats.push(chat);
    else groups.push({ label, chats: [chat] });
  }
  return groups;
}

function labelOf(day: Date, midnight: number): string {
  const time = day.getTime();
  if (time >= midnight) return words.chats.today;
  if (time >= midnight - DAY) return words.chats.yesterday;
  if (time >= midnight - 6 * DAY) return words.chats.week;
  if (time >= midnight - 29 * DAY) return words.chats.month;
  return words.time.month(day);
}

export type Dot = 'working' | 'needs' | 'failed' | null;

/** The dot of a chat in the list. */
export function dotOf(state: RunState | null | undefined): Dot {
  switch (state) {
    case 'queued':
    case 'running':
      return 'working';
    case 'awaiting_approval':
    case 'awaiting_human':
    case 'paused':
    case 'limit_reached':
      return 'needs';
    case 'failed':
      return 'failed';
    default:
      return null;
  }
}
