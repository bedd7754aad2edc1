import type { ChatEvent } from '../api/types';
import { start, updateStep } from './steps';
import type { Block, Timeline } from './types';

export function updateBlock(timeline: Timeline, runId: string | null | undefined, event: ChatEvent, change: (block: Block) => Block): Timeline {
  const index = runId ? timeline.blocks.findIndex((block) => block.runId === runId) : -1;
  const before = timeline.blocks[index] ?? freshBlock(runId ?? null, event.seq);
  const after = { ...change(before), lastAt: event.created_at };
  const blocks = index < 0 ? [...timeline.blocks, after] : timeline.blocks.with(index, after);
  return { ...timeline, blocks };
}

const freshBlock = (runId: string | null, seq: number): Block => ({
  key: runId ?? `seq-${seq}`,
  runId,
  firstSeq: seq,
  message: null,
  items: [],
  files: [],
  state: null,
  started: false,
  code: null,
  note: null,
  waitsFor: null,
  stateSeq: seq,
  replaced: false,
  usage: { modelMs: 0, microdollars: 0, tokens: 0 },
  lastAt: null,
});

/** Marks a call as running, unless its result is already known. */
export function startStep(timeline: Timeline, runId: string, call: { call_id: string }): Timeline {
  const blocks = timeline.blocks.map((block) => (block.runId === runId ? updateStep(block, call.call_id, start) : block));
  return { ...timeline, blocks };
}
