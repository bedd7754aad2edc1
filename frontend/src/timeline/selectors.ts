import { RUN_CODES } from '../api/codes';
import { isActive } from '../api/runState';
import type { RunState, ScreenshotRef } from '../api/types';
import type { Block, PersonMessage, Question, Step, Timeline } from './types';

/** The block whose run is active: the first that has started and not ended, else the first in the queue. */
export function activeBlock(timeline: Timeline): Block | null {
  const active = timeline.blocks.filter((block) => isActive(block.state) && !block.replaced);
  return active.find((block) => block.state !== 'queued') ?? active[0] ?? null;
}

/** What waits for the person in a block: a step to decide on, or a question to answer. */
export function waitingFor(block: Block): Step | Question | null {
  if (block.waitsFor === null || (block.state !== 'awaiting_approval' && block.state !== 'awaiting_human')) return null;
  const question = block.items.find((item) => item.kind === 'question' && item.step.call.call_id === block.waitsFor);
  return (question as Question | undefined) ?? stepsIn(block).find((step) => step.call.call_id === block.waitsFor) ?? null;
}

/** The last message that was neither replaced nor cancelled: the only one that may be edited. */
export const lastMessage = (timeline: Timeline): PersonMessage | null =>
  timeline.blocks.findLast((block) => block.message && !block.replaced && !isWithdrawn(block))?.message ?? null;

/**
 * The last block that was copied from the chat that this one was forked from, if it was. A fork copies the end of each
 * run, but not its beginning.
 */
export const forkPoint = (timeline: Timeline): Block | null =>
  timeline.blocks.findLast(({ state, started, code }) => !started && (code === RUN_CODES.forked || COPIED.includes(state))) ?? null;

/** The states in which a run ends that has been running. */
const COPIED: readonly (RunState | null)[] = ['succeeded', 'failed', 'limit_reached'];

/** Whether the message was cancelled while it was queued: the model never reads it. */
export const isWithdrawn = (block: Block): boolean => block.state === 'cancelled' && block.code === RUN_CODES.withdrawn;

/** Whether the run is paused because the person took over. It resumes by itself when they hand back. */
export const isPreempted = (block: Block): boolean => block.state === 'paused' && block.code === RUN_CODES.preempted;

/** Whether some of a block's events are not loaded. */
export const isCut = ({ from }: Timeline, { firstSeq }: Block): boolean => from !== null && firstSeq < from;

/** Whether the timeline begins in the middle of a run. */
export const hasCutSteps = (timeline: Timeline): boolean =>
  timeline.blocks.some((block) => isCut(timeline, block) && block.items.length > 0);

/** All steps, oldest first. */
export const stepsOf = (timeline: Timeline): Step[] => timeline.blocks.flatMap(stepsIn);

/** The latest screenshot. */
export const lastScreenshot = (timeline: Timeline): ScreenshotRef | null =>
  stepsOf(timeline).findLast((step) => step.screenshot)?.screenshot ?? null;

/** The steps of a block, oldest first, without its questions. */
export const stepsIn = (block: Block): Step[] =>
  block.items.flatMap((item) => (item.kind === 'activity' ? item.items.filter((entry) => entry.kind === 'step') : []));
