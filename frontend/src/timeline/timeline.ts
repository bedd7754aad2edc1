// The timeline of a chat: a pure reduction of the events that GET /chats/{id}/events streams.
//
// A block is one request of the person with everything that came of it. Events find their block by run, so a
// message that waits in the queue stays below the run that is still going on.

import { isActive } from '../api/runState';
import type { AttachedFile, ImageRef, LogEvent, PartialTurn, PersonStep, RunEvent, RunState, StoredFile } from '../api/types';
import {
  addActivity,
  begun,
  settle,
  stepsIn,
  updateStep,
  updateSteps,
  waitingStep,
  withDecision,
  withRequest,
  withResult,
  type Step,
} from './steps';

export type { Approval, Step, StepState, Verdict } from './steps';

export type ChatEvent =
  | { type: 'log'; event: LogEvent }
  | { type: 'run'; runId: string; event: RunEvent }
  | { type: 'partial'; partial: PartialTurn }
  | { type: 'ready' };

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
  /** The turn that said it, as the log knows it. */
  messageId: string;
}

/** Something the model asks the person; the step of that call. */
export interface Question {
  kind: 'question';
  key: string;
  step: Step;
}

/** Steps and thoughts with no words between them. */
export interface Activity {
  kind: 'activity';
  key: string;
  items: (Step | Thought)[];
}

/** The person had the mouse. */
export interface Takeover {
  kind: 'takeover';
  key: string;
  /** Null where nobody can tell any more. */
  steps: PersonStep[] | null;
  /** Steps before those. */
  leftOut: number;
  screenshot: ImageRef | null;
}

/** The desktop ended in the middle and was started anew. */
export interface DesktopReplaced {
  kind: 'desktop_replaced';
  key: string;
  why: string;
}

export type Item = Spoken | Question | Activity | Takeover | DesktopReplaced;

export interface PersonMessage {
  id: string;
  text: string;
  files: AttachedFile[];
  at: string;
  /** What its sender called it when it was sent; null when another program did. */
  sentAs: string | null;
}

/** What a run has used up. */
export interface Usage {
  /** That the model was at it; the steps have their own time. */
  modelMs: number;
  /** Millionths of a dollar; null where the price of a turn is not known. */
  microdollars: number | null;
  /** Read and written. */
  tokens: number;
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
  /** The call that waits for the person's decision or answer. */
  waitsFor: string | null;
  /** The number of the entry that said where the run stands. */
  stateSeq: number;
  /** Whether another message was said in the place of this one. */
  replaced: boolean;
  usage: Usage;
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
      return addMessage(next, event);
    case 'assistant_turn':
      return updateBlock(withoutLive(next, event.run_id), event.run_id, event, (block) => addTurn(block, event));
    case 'approval_request':
      return updateBlock(next, event.run_id, event, (block) =>
        updateStep(block, event.payload.call_id, (step) => withRequest(step, event.payload)),
      );
    case 'decision':
      return updateBlock(next, event.run_id, event, (block) =>
        goOn(updateStep(block, event.payload.call_id, (step) => withDecision(step, event.payload)), event.payload.call_id),
      );
    case 'answer': {
      const { call_id: callId, text } = event.payload;
      return updateBlock(next, event.run_id, event, (block) =>
        goOn(updateStep(block, callId, (step) => ({ ...step, answer: step.answer ?? text })), callId),
      );
    }
    case 'call_started':
      return updateBlock(next, event.run_id, event, (block) => updateStep(block, event.payload.call_id, begun));
    case 'tool_result':
      return updateBlock(next, event.run_id, event, (block) =>
        updateStep(block, event.payload.call_id, (step) => withResult(step, event.payload, event.created_at)),
      );
    case 'usage_total': {
      const { input_tokens, cache_read_tokens, cache_write_tokens, output_tokens } = event.payload.usage;
      const tokens = input_tokens + cache_read_tokens + cache_write_tokens + output_tokens;
      // A run that waited for the person in between tells each stretch of its work.
      return updateBlock(next, event.run_id, event, (block) => ({
        ...block,
        usage: { ...block.usage, tokens: block.usage.tokens + tokens },
      }));
    }
    case 'takeover': {
      const { did, screenshot } = event.payload;
      // With no run to belong to, it follows whatever was there before it.
      const runId = event.run_id ?? next.blocks.at(-1)?.runId;
      return updateBlock(next, runId, event, (block) => ({
        ...block,
        items: [
          ...block.items,
          {
            kind: 'takeover',
            key: `${event.seq}`,
            steps: did?.steps ?? null,
            leftOut: did?.left_out ?? 0,
            screenshot: screenshot ?? null,
          },
        ],
      }));
    }
    case 'run_state': {
      const { state, code, message, waits_for } = event.payload;
      if (code === 'desktop_replaced') {
        return updateBlock(next, event.run_id, event, (block) => ({
          ...block,
          items: [...block.items, { kind: code, key: `${event.seq}`, why: message }],
        }));
      }
      return updateBlock(withoutLive(next, event.run_id), event.run_id, event, (block) => {
        const moved: Block = {
          ...block,
          state,
          code,
          note: message || null,
          waitsFor: waits_for ?? null,
          stateSeq: event.seq,
          begun: block.begun || state === 'running',
        };
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

function addMessage(timeline: Timeline, event: Extract<LogEvent, { kind: 'message' }>): Timeline {
  const { text, files = [], replaces, extra_data: extra } = event.payload;
  const sentAs = (extra as { sent_as?: unknown } | null | undefined)?.sent_as;
  const message: PersonMessage = {
    id: event.id,
    text,
    files,
    at: event.created_at,
    sentAs: typeof sentAs === 'string' ? sentAs : null,
  };
  const blocks = replaces
    ? timeline.blocks.map((block) => (block.message?.id === replaces ? { ...block, replaced: true } : block))
    : timeline.blocks;
  return updateBlock({ ...timeline, blocks }, event.run_id, event, (block) => ({ ...block, message }));
}

function addTurn(block: Block, event: Extract<LogEvent, { kind: 'assistant_turn' }>): Block {
  const items = event.payload.content.reduce((items: Item[], part, index): Item[] => {
    const key = `${event.seq}.${index}`;
    switch (part.type) {
      case 'text':
        return part.text.trim() ? [...items, { kind: 'spoken', key, text: part.text, messageId: event.id }] : items;
      case 'thinking':
        return part.text.trim() ? addActivity(items, key, thought(key, part.text, block, event)) : items;
      case 'tool_call': {
        const step = waitingStep({ call_id: part.call_id, tool: part.tool, confirmation: part.confirmation });
        return part.tool.tool === 'ask' ? [...items, { kind: 'question', key, step }] : addActivity(items, key, step);
      }
    }
  }, block.items);
  const { elapsed_ms: elapsed = 0, microdollars } = event.payload.cost ?? {};
  const { usage } = block;
  const known = usage.microdollars !== null && typeof microdollars === 'number';
  return {
    ...block,
    items,
    usage: {
      ...usage,
      modelMs: usage.modelMs + elapsed,
      microdollars: known ? usage.microdollars! + microdollars : null,
    },
  };
}

/** The person's word lets the run go on; its next entry says so once somebody drives it again. */
const goOn = (block: Block, callId: string): Block =>
  block.waitsFor === callId ? { ...block, state: 'running', note: null, waitsFor: null } : block;

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
  waitsFor: null,
  stateSeq: seq,
  replaced: false,
  usage: { modelMs: 0, microdollars: 0, tokens: 0 },
  lastAt: null,
});

function thought(key: string, text: string, block: Block, event: LogEvent): Thought {
  const durationMs = block.lastAt === null ? null : Date.parse(event.created_at) - Date.parse(block.lastAt);
  return { kind: 'thought', key, text, durationMs };
}

function markRunning(timeline: Timeline, runId: string, call: { call_id: string }): Timeline {
  const blocks = timeline.blocks.map((block) => (block.runId === runId ? updateStep(block, call.call_id, begun) : block));
  return { ...timeline, blocks };
}

const samePath = (one: StoredFile, other: StoredFile) => Boolean(one.path) && one.path === other.path;

// --- what the components ask of it ----------------------------------------------------------------------------

/** The request being worked on: the first that has begun and not ended, else the first in the queue. */
export function activeBlock(timeline: Timeline): Block | null {
  const active = timeline.blocks.filter((block) => isActive(block.state) && !block.replaced);
  return active.find((block) => block.state !== 'queued') ?? active[0] ?? null;
}

/** The call of a block that waits for the person's decision or answer. */
export function waitingCall(block: Block): Step | null {
  if (block.waitsFor === null || (block.state !== 'awaiting_approval' && block.state !== 'awaiting_human')) return null;
  const entries = block.items.flatMap((item) => {
    if (item.kind === 'question') return [item.step];
    return item.kind === 'activity' ? item.items : [];
  });
  return entries.find((entry): entry is Step => entry.kind === 'step' && entry.call.call_id === block.waitsFor) ?? null;
}

/** The message that may still be replaced: the chat's last one that counts. */
export const lastMessage = (timeline: Timeline): PersonMessage | null =>
  timeline.blocks.findLast((block) => block.message && !block.replaced && !isWithdrawn(block))?.message ?? null;

/** Whether the message was taken back before anything came of it: it is not read. */
export const isWithdrawn = (block: Block): boolean => block.state === 'cancelled' && block.code === 'withdrawn';

/** Whether the run made way for the person, who has the mouse: it goes on by itself when they hand back. */
export const hasMadeWay = (block: Block): boolean => block.state === 'paused' && block.code === 'person_in_control';

/** All steps, oldest first. */
export const stepsOf = (timeline: Timeline): Step[] => timeline.blocks.flatMap(stepsIn);
