// The steps of a block: what is known about each call, and how events change it.

import type { ApprovalRequest, ChatEvent, ToolCall, ToolResult } from '../api/types';
import type { Block, Item, Step, Thought } from './types';

export const waitingStep = (call: ToolCall): Step => ({
  kind: 'step',
  call,
  state: 'waiting',
  approval: null,
  answer: null,
  text: '',
  screenshot: null,
  elapsedMs: 0,
  at: null,
});

export const withResult = (step: Step, result: ToolResult, at: string): Step => ({
  ...step,
  state: result.status,
  text: result.text,
  screenshot: result.screenshot ?? null,
  elapsedMs: result.elapsed_ms,
  at,
});

export const withRequest = (step: Step, request: ApprovalRequest): Step => ({
  ...step,
  approval: {
    effects: request.effects,
    reason: request.reason ?? null,
    argumentsSha256: request.arguments_sha256,
    // A repeated request keeps the decision.
    decision: step.approval?.decision ?? null,
  },
});

/** Records the decision on a call. The first one counts. */
export function withDecision(step: Step, decision: Extract<ChatEvent, { kind: 'decision' }>['payload']): Step {
  const { approval } = step;
  if (!approval || approval.decision) return step;
  const reason = decision.verdict === 'deny' ? (decision.reason ?? '').trim() : '';
  return { ...step, approval: { ...approval, decision: { approved: decision.verdict === 'approve', reason, by: decision.decided_by } } };
}

export const start = (step: Step): Step => (step.state === 'waiting' ? { ...step, state: 'running' } : step);

/** Closes a step of a run that has ended: no result will come. */
export function settle(step: Step): Step {
  if (step.state === 'waiting') return { ...step, state: 'not_executed' };
  return step.state === 'running' ? { ...step, state: 'interrupted' } : step;
}

export function addActivity(items: Item[], key: string, item: Step | Thought): Item[] {
  const last = items.at(-1);
  return last?.kind === 'activity'
    ? items.with(-1, { ...last, items: [...last.items, item] })
    : [...items, { kind: 'activity', key, items: [item] }];
}

/** Changes every step of a block. Unchanged parts stay the same objects, so that React skips them. */
export function updateSteps(block: Block, change: (step: Step) => Step): Block {
  const items = block.items.map((item): Item => {
    if (item.kind === 'question') {
      const step = change(item.step);
      return step === item.step ? item : { ...item, step };
    }
    if (item.kind !== 'activity') return item;
    const changed = item.items.map((entry) => (entry.kind === 'step' ? change(entry) : entry));
    return changed.every((entry, index) => entry === item.items[index]) ? item : { ...item, items: changed };
  });
  return { ...block, items };
}

export const updateStep = (block: Block, callId: string, change: (step: Step) => Step): Block =>
  updateSteps(block, (step) => (step.call.call_id === callId ? change(step) : step));
