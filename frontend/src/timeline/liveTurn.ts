// The turn that is being streamed, until its stored event replaces it.

import type { RunEvent } from '../api/types';
import { startStep } from './blocks';
import type { LiveTurn, Timeline } from './types';

export function reduceRun(timeline: Timeline, runId: string, event: RunEvent): Timeline {
  switch (event.type) {
    case 'turn_started':
      return { ...timeline, live: freshTurn(runId, event.turn) };
    case 'text_delta': {
      const live = writableOf(timeline, runId, event.turn);
      return { ...timeline, live: { ...live, text: live.text + event.text } };
    }
    case 'thinking_delta': {
      const live = writableOf(timeline, runId, event.turn);
      return { ...timeline, live: { ...live, thinking: live.thinking + event.text } };
    }
    case 'retrying': {
      const live = liveOf(timeline, runId, event.turn);
      const attempt = (live.retrying?.attempt ?? 0) + 1;
      return { ...timeline, live: { ...live, retrying: { attempt, reason: event.reason, delayMs: event.delay_ms } } };
    }
    case 'tool_started':
      return startStep(timeline, runId, event);
  }
}

const freshTurn = (runId: string, turn: number): LiveTurn => ({ runId, turn, text: '', thinking: '', retrying: null });

/** The live turn. A delta of another turn starts a fresh one. */
function liveOf(timeline: Timeline, runId: string, turn: number): LiveTurn {
  const { live } = timeline;
  return live && live.runId === runId && live.turn === turn ? live : freshTurn(runId, turn);
}

/** The live turn, to be continued. The first delta after a retry replaces the text of the failed attempt. */
function writableOf(timeline: Timeline, runId: string, turn: number): LiveTurn {
  const live = liveOf(timeline, runId, turn);
  return live.retrying ? freshTurn(runId, turn) : live;
}

export function withoutLive(timeline: Timeline, runId: string | null | undefined): Timeline {
  return timeline.live?.runId === runId ? { ...timeline, live: null } : timeline;
}
