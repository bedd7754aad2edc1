// The timeline of a chat: a pure reduction of the events that GET /chats/{id}/events streams.
//
// Events find their block by run, so a queued message stays below the run that is still active.

import { isActive } from '../api/runState';
import type { ChatEvent, StoredFile } from '../api/types';
import { startStep, updateBlock } from './blocks';
import { reduceRun, withoutLive } from './liveTurn';
import { settle, start, updateStep, updateSteps, withDecision, withRequest, withResult } from './steps';
import { addSpent, addTurn, tokensOf } from './turns';
import { NOTICE_CODES } from './types';
import type { Block, Item, Notice, PersonMessage, Step, StreamEvent, Timeline } from './types';

type Of<Kind extends ChatEvent['kind']> = Extract<ChatEvent, { kind: Kind }>;

export const emptyTimeline: Timeline = { lastSeq: -1, from: null, ready: false, blocks: [], live: null };

export function reduceAll(timeline: Timeline, events: StreamEvent[]): Timeline {
  return events.reduce(reduce, timeline);
}

export function reduce(timeline: Timeline, event: StreamEvent): Timeline {
  switch (event.type) {
    case 'ready':
      return { ...timeline, ready: true };
    case 'tail':
      return { ...timeline, from: event.from };
    case 'chat':
      // A reconnection may replay events.
      return event.event.seq <= timeline.lastSeq ? timeline : reduceChat({ ...timeline, lastSeq: event.event.seq }, event.event);
    case 'run':
      return reduceRun(timeline, event.runId, event.event);
    case 'partial': {
      const { run_id: runId, turn, text, thinking, tool } = event.partial;
      const joined: Timeline = { ...timeline, live: { runId, turn, text, thinking, retrying: null } };
      return tool ? startStep(joined, runId, tool) : joined;
    }
  }
}

/** Rebuilds a timeline from all its events, of which none is missing from the number `from` on. */
export function rebuild(timeline: Timeline, log: ChatEvent[], from: number | null): Timeline {
  const rebuilt = log.reduce((before, event) => reduce(before, { type: 'chat', event }), emptyTimeline);
  return { ...rebuilt, from, ready: timeline.ready, live: timeline.live };
}

function reduceChat(timeline: Timeline, event: ChatEvent): Timeline {
  const { run_id: runId } = event;
  const change = (change: (block: Block) => Block) => updateBlock(timeline, runId, event, change);
  const changeStep = (callId: string, change: (step: Step) => Step) =>
    updateBlock(timeline, runId, event, (block) => updateStep(block, callId, change));
  switch (event.kind) {
    case 'message':
      return addMessage(timeline, event);
    case 'assistant_turn':
      return updateBlock(withoutLive(timeline, runId), runId, event, (block) => addTurn(block, event));
    case 'approval_request':
      return changeStep(event.payload.call_id, (step) => withRequest(step, event.payload));
    case 'decision': {
      const { call_id: callId } = event.payload;
      return change((block) => resume(updateStep(block, callId, (step) => withDecision(step, event.payload)), callId));
    }
    case 'answer': {
      const { call_id: callId, text } = event.payload;
      return change((block) => resume(updateStep(block, callId, (step) => ({ ...step, answer: step.answer ?? text })), callId));
    }
    case 'call_started':
      return changeStep(event.payload.call_id, start);
    case 'tool_result':
      return changeStep(event.payload.call_id, (step) => withResult(step, event.payload, event.created_at));
    case 'spent':
      return change((block) => addSpent(block, event));
    case 'usage_total':
      return change((block) => addTokens(block, event));
    case 'takeover':
      return addTakeover(timeline, event);
    case 'model_changed':
      return addModelChange(timeline, event);
    case 'run_state':
      return addRunState(timeline, event);
    case 'file':
      return addFile(timeline, event);
    default:
      // A newer server may send kinds that this page does not know.
      return timeline;
  }
}

function addRunState(timeline: Timeline, event: Of<'run_state'>): Timeline {
  const { run_id: runId } = event;
  const code = NOTICE_CODES.find((code) => code === event.payload.code);
  if (!code) return updateBlock(withoutLive(timeline, runId), runId, event, (block) => moveTo(block, event));
  const notice: Notice = { kind: 'notice', key: `${event.seq}`, code, why: event.payload.message };
  return updateBlock(timeline, runId, event, (block) => addItem(block, notice));
}

/** What the model before has streamed is void. */
function addModelChange(timeline: Timeline, event: Of<'model_changed'>): Timeline {
  const { run_id: runId, seq, payload } = event;
  const notice: Notice = { kind: 'notice', key: `${seq}`, code: 'model_changed', why: payload.message ?? '' };
  return updateBlock(withoutLive(timeline, runId), runId, event, (block) => addItem(block, notice));
}

function addMessage(timeline: Timeline, event: Of<'message'>): Timeline {
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

/** A decision or an answer resumes the run; the event that reports it follows once the run is picked up. */
const resume = (block: Block, callId: string): Block =>
  block.waitsFor === callId ? { ...block, state: 'running', note: null, waitsFor: null } : block;

/** A run that waited for the person reports its usage in several parts. */
function addTokens(block: Block, { payload: { usage } }: Of<'usage_total'>): Block {
  return { ...block, usage: { ...block.usage, tokens: block.usage.tokens + tokensOf(usage) } };
}

function addTakeover(timeline: Timeline, event: Of<'takeover'>): Timeline {
  const { did, screenshot } = event.payload;
  // Without a run it follows the last block, or belongs to it while that has not ended.
  const last = timeline.blocks.at(-1);
  const runId = event.run_id ?? (last && hasEnded(last) ? null : last?.runId);
  return updateBlock(timeline, runId, event, (block) =>
    addItem(block, {
      kind: 'takeover',
      key: `${event.seq}`,
      steps: did?.steps ?? null,
      leftOut: did?.left_out ?? 0,
      screenshot: screenshot ?? null,
    }),
  );
}

const hasEnded = ({ state }: Block) => state !== null && !isActive(state);

const addItem = (block: Block, item: Item): Block => ({ ...block, items: [...block.items, item] });

function moveTo(block: Block, { seq, payload: { state, code, message, waits_for } }: Of<'run_state'>): Block {
  const moved: Block = {
    ...block,
    state,
    code,
    note: message || null,
    waitsFor: waits_for ?? null,
    stateSeq: seq,
    started: block.started || state === 'running',
  };
  return isActive(state) ? moved : updateSteps(moved, settle);
}

function addFile(timeline: Timeline, event: Of<'file'>): Timeline {
  const { payload: file } = event;
  const { blocks } = timeline;
  const runId = event.run_id ?? blocks.findLast((block) => isActive(block.state))?.runId ?? blocks.findLast((block) => block.runId)?.runId;
  // An attachment is shown with its message; a file that belongs to no block only in the files panel.
  if (!runId || file.origin === 'upload') return timeline;
  return updateBlock(timeline, runId, event, (block) => ({
    ...block,
    files: [...block.files.filter((older) => older.id !== file.id && !samePath(older, file)), file],
  }));
}

const samePath = (one: StoredFile, other: StoredFile) => Boolean(one.path) && one.path === other.path;
