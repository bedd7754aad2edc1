// The turn that is being streamed, until its stored event replaces it.

import type { RunEvent } from '../api/types';
import { startStep } from './blocks';
import type { LiveTurn, Timeline } from './types';

export function reduceRun(timeline: Timeline, runId: string, event: RunEvent): Timeline {
  switch (event.type) {
    case 'turn_started':
      return { ...timeline, live: freshTurn(runId, event.turn) };
    case 'text_delta': {
      const live = liveOf(timeline, runId, event.turn);
      return { ...timeline, live: { ...live, text: live.text + event.text, retrying: null } };
    }
    case 'thinking_delta': {
      const live = liveOf(timeline, runId, event.turn);
      return { ...timeline, live: { ...live, thinking: live.thinking + event.text, retrying: null } };
    }
    case 'retrying':
      return { ...timeline, live: { ...freshTurn(runId, event.turn), retrying: event.reason } };
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

export function withoutLive(timeline: Timeline, runId: string | null | undefined): Timeline {
  return timeline.live?.runId === runId ? { ...timeline, live: null } : timeline;
}
