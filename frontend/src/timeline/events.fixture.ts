// Builds events for the tests of the timeline.

import type { ChatEvent, RunState, ToolCall } from '../api/types';
import { emptyTimeline, reduceAll } from './reduce';
import type { StreamEvent } from './types';

let seq = 0;
export const chat = (kind: ChatEvent['kind'], runId: string | null, payload: unknown, at = seq): Extract<StreamEvent, { type: 'chat' }> => {
  seq += 1;
  const created_at = new Date(at * 1000).toISOString();
  return { type: 'chat', event: { seq, id: `e${seq}`, run_id: runId, created_at, kind, payload } as ChatEvent };
};
export const message = (runId: string, text: string, at?: number) => chat('message', runId, { text, files: [] }, at);
export const state = (runId: string, value: RunState, code = '', message = '', waits_for: string | null = null) =>
  chat('run_state', runId, { state: value, code, message, waits_for });
export const turn = (runId: string, content: unknown[], at?: number) =>
  chat('assistant_turn', runId, { provider: 'demo', model: 'demo', content, stop_reason: 'end_turn' }, at);
export const click = (id: string): ToolCall => ({
  call_id: id,
  tool: { tool: 'computer', action: { type: 'click', button: 'left', count: 1, at: { x: 1, y: 2 } } },
});
export const calls = (id: string) => ({ type: 'tool_call', ...click(id) });
export const result = (runId: string, id: string, status = 'done') =>
  chat('tool_result', runId, { call_id: id, status, text: 'ok', shown_to_model: true, elapsed_ms: 300 });
export const run = (runId: string, event: Extract<StreamEvent, { type: 'run' }>['event']): StreamEvent => ({ type: 'run', runId, event });
export const after = (...events: StreamEvent[]) => reduceAll(emptyTimeline, events);
