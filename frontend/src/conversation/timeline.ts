// The timeline of a chat: a pure reduction of the events that GET /chats/{id}/events streams.
//
// A block is one request of the person with everything that came of it. Events find their block by run, so a
// message that waits in the queue stays below the run that is still going on.

import type {
  AttachedFile,
  ImageRef,
  LogEvent,
  PartialTurn,
  RunEvent,
  RunState,
  StoredFile,
  ToolCall,
  ToolResult,
  ToolStatus,
} from '../api/types';

export type ChatEvent =
  | { type: 'log'; event: LogEvent }
  | { type: 'run'; runId: string; event: RunEvent }
  | { type: 'partial'; partial: PartialTurn }
  | { type: 'ready' };

/** `waiting`: not begun. The others are as in the log. */
export type StepState = 'waiting' | 'running' | ToolStatus;

export interface Step {
  kind: 'step';
  call: ToolCall;
  state: StepState;
  text: string;
  screenshot: ImageRef | null;
  elapsedMs: number;
  /** When the result came, in the server's time. */
  at: string | null;
}

export interface Thought {
  kind: 'thought';
  key: string;
  text: string;
  /** From the event before to the end of the turn; null when that is not known. */
  durationMs: number | null;
}

export interface Spoken {
  kind: 'spoken';
  key: string;
  text: string;
}

/** Steps and thoughts with no words between them. */
export interface Activity {
  kind: 'activity';
  key: string;
  items: (Step | Thought)[];
}

export type Item = Spoken | Activity;

export interface PersonMessage {
  text: string;
  files: AttachedFile[];
  at: string;
}

export interface Block {
  key: string;
  runId: string | null;
  message: PersonMessage | null;
  items: Item[];
  files: StoredFile[];
  state: RunState | null;
  /** Whether the run has ever been at work: one that never was has been withdrawn, not stopped. */
  begun: boolean;
  code: string | null;
  note: string | null;
  /** Server time of the latest event, to tell how long a turn took. */
  lastAt: string | null;
}

/** The turn that is being streamed. */
export interface LiveTurn {
  runId: string;
  turn: number;
  text: string;
  thinking: string;
  /** Why the request is being tried again. */
  retrying: string | null;
}

export interface Timeline {
  lastSeq: number;
  /** Whether the replay is complete. */
  ready: boolean;
  blocks: Block[];
  live: LiveTurn | null;
}

export const emptyTimeline: Timeline = { lastSeq: -1, ready: false, blocks: [], live: null };

export function reduceAll(timeline: Timeline, events: ChatEvent[]): Timeline {
  return events.reduce(reduce, timeline);
}

export function reduce(timeline: Timeline, event: ChatEvent): Timeline {
  switch (event.type) {
    case 'ready':
      return { ...timeline, ready: true };
    case 'log':
      // A reconnection may replay what is here already.
      return event.event.seq <= timeline.lastSeq ? timeline : reduceLog(timeline, event.event);
    case 'run':
      return reduceRun(timeline, event.runId, event.event);
    case 'partial': {
      const { run_id: runId, turn, text, thinking, tool } = event.partial;
      const joined: Timeline = { ...timeline, live: { runId, turn, text, thinking, retrying: null } };
      return tool ? markRunning(joined, runId, tool) : joined;
    }
  }
}

function reduceLog(timeline: Timeline, event: LogEvent): Timeline {
  const next: Timeline = { ...timeline, lastSeq: event.seq };
  switch (event.kind) {
    case 'message':
      return updateBlock(next, event.run_id, event, (block) => ({
        ...block,
        message: { text: event.payload.text, files: event.payload.files ?? [], at: event.created_at },
      }));
    case 'assistant_turn':
      return updateBlock(withoutLive(next, event.run_id), event.run_id, event, (block) => ({
        ...block,
        items: event.payload.content.reduce((items: Item[], part, index) => {
          const key = `${event.seq}.${index}`;
          if (part.type === 'text') return part.text.trim() ? [...items, { kind: 'spoken', key, text: part.text }] : items;
          if (part.type === 'thinking') {
            return part.text.trim() ? addActivity(items, key, thought(key, part.text, block, event)) : items;
          }
          return addActivity(items, key, waitingStep({ call_id: part.call_id, tool: part.tool }));
        }, block.items),
      }));
    case 'tool_result':
      return updateBlock(next, event.run_id, event, (block) =>
        updateSteps(block, (step) =>
          step.call.call_id === event.payload.call_id ? withResult(step, event.payload, event.created_at) : step,
        ),
      );
    case 'run_state': {
      const { state, code, message } = event.payload;
      return updateBlock(withoutLive(next, event.run_id), event.run_id, event, (block) => {
        const moved = { ...block, state, code, note: message || null, begun: block.begun || state === 'running' };
        return isActive(state) ? moved : updateSteps(moved, settle);
      });
    }
    case 'file': {
      const runId = event.run_id ?? next.blocks.findLast((block) => isActive(block.state))?.runId ?? next.blocks.at(-1)?.runId;
      // What the person brought shows with the message; with no request to belong to, in the files panel alone.
      if (!runId || event.payload.origin === 'upload') return next;
      return updateBlock(next, runId, event, (block) => ({
        ...block,
        files: [...block.files.filter((file) => file.id !== event.payload.id && !samePath(file, event.payload)), event.payload],
      }));
    }
    default:
      // A newer server may log kinds that this page does not know.
      return next;
  }
}

function reduceRun(timeline: Timeline, runId: string, event: RunEvent): Timeline {
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
      return markRunning(timeline, runId, event);
  }
}

const freshTurn = (runId: string, turn: number): LiveTurn => ({ runId, turn, text: '', thinking: '', retrying: null });

/** What has been streamed of this turn; a delta of another turn starts anew. */
function liveOf(timeline: Timeline, runId: string, turn: number): LiveTurn {
  const { live } = timeline;
  return live && live.runId === runId && live.turn === turn ? live : freshTurn(runId, turn);
}

function withoutLive(timeline: Timeline, runId: string | null | undefined): Timeline {
  return timeline.live?.runId === runId ? { ...timeline, live: null } : timeline;
}

function updateBlock(timeline: Timeline, runId: string | null | undefined, event: LogEvent, change: (block: Block) => Block): Timeline {
  const index = runId ? timeline.blocks.findIndex((block) => block.runId === runId) : -1;
  const before = timeline.blocks[index] ?? freshBlock(runId ?? null, event.seq);
  const after = { ...change(before), lastAt: event.created_at };
  const blocks = index < 0 ? [...timeline.blocks, after] : timeline.blocks.with(index, after);
  return { ...timeline, blocks };
}

const freshBlock = (runId: string | null, seq: number): Block => ({
  key: runId ?? `seq-${seq}`,
  runId,
  message: null,
  items: [],
  files: [],
  state: null,
  begun: false,
  code: null,
  note: null,
  lastAt: null,
});

function addActivity(items: Item[], key: string, item: Step | Thought): Item[] {
  const last = items.at(-1);
  return last?.kind === 'activity'
    ? items.with(-1, { ...last, items: [...last.items, item] })
    : [...items, { kind: 'activity', key, items: [item] }];
}

function thought(key: string, text: string, block: Block, event: LogEvent): Thought {
  const durationMs = block.lastAt === null ? null : Date.parse(event.created_at) - Date.parse(block.lastAt);
  return { kind: 'thought', key, text, durationMs };
}

const waitingStep = (call: ToolCall): Step => ({
  kind: 'step',
  call,
  state: 'waiting',
  text: '',
  screenshot: null,
  elapsedMs: 0,
  at: null,
});

const withResult = (step: Step, result: ToolResult, at: string): Step => ({
  ...step,
  state: result.status,
  text: result.text,
  screenshot: result.screenshot ?? null,
  elapsedMs: result.elapsed_ms,
  at,
});

/** A run that has ended answers no more calls. */
function settle(step: Step): Step {
  if (step.state === 'waiting') return { ...step, state: 'not_executed' };
  return step.state === 'running' ? { ...step, state: 'interrupted' } : step;
}

function markRunning(timeline: Timeline, runId: string, call: ToolCall): Timeline {
  const blocks = timeline.blocks.map((block) =>
    block.runId === runId
      ? updateSteps(block, (step) =>
          step.call.call_id === call.call_id && step.state === 'waiting' ? { ...step, state: 'running' } : step,
        )
      : block,
  );
  return { ...timeline, blocks };
}

function updateSteps(block: Block, change: (step: Step) => Step): Block {
  const items = block.items.map((item): Item => {
    if (item.kind !== 'activity') return item;
    const changed = item.items.map((entry) => (entry.kind === 'step' ? change(entry) : entry));
    return changed.every((entry, index) => entry === item.items[index]) ? item : { ...item, items: changed };
  });
  return { ...block, items };
}

const samePath = (one: StoredFile, other: StoredFile) => Boolean(one.path) && one.path === other.path;

// --- what the components ask of it ----------------------------------------------------------------------------

const ACTIVE: readonly (RunState | null | undefined)[] = ['queued', 'running', 'awaiting_approval', 'awaiting_human', 'paused'];

/** Whether a run in this state still goes on. */
export const isActive = (state: RunState | null | undefined): boolean => ACTIVE.includes(state);

/** The request being worked on: the first that has begun and not ended, else the first in the queue. */
export function activeBlock(timeline: Timeline): Block | null {
  const active = timeline.blocks.filter((block) => isActive(block.state));
  return active.find((block) => block.state !== 'queued') ?? active[0] ?? null;
}

/** All steps, oldest first. */
export function stepsOf(timeline: Timeline): Step[] {
  return timeline.blocks.flatMap((block) =>
    block.items.flatMap((item) => (item.kind === 'activity' ? item.items.filter((entry) => entry.kind === 'step') : [])),
  );
}
