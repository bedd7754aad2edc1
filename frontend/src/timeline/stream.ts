import { followChat } from '../api/socket';
import type { ChatEvent, Desktop, PartialTurn, RunEvent } from '../api/types';
import type { StreamEvent } from './types';

export type Connection = 'connecting' | 'open' | 'lost';

const EVENT_KINDS: string[] = [
  'message',
  'assistant_turn',
  'approval_request',
  'decision',
  'call_started',
  'tool_result',
  'answer',
  'spent',
  'usage_total',
  'takeover',
  'model_changed',
  'run_state',
  'file',
] satisfies ChatEvent['kind'][];
/** Events that arrive within this time are rendered together. */
const FLUSH_MS = 24;

interface Handlers {
  onEvents: (events: StreamEvent[]) => void;
  onConnection: (connection: Connection) => void;
  onDesktop: (desktop: Desktop) => void;
  onTitle: (title: string) => void;
  /** The chat was deleted; nothing follows. */
  onDeleted: () => void;
}

/** Follows a chat's events until the returned function is called. A replay is delivered as one batch. */
export function openStream(chatId: string, { onEvents, onConnection, onDesktop, onTitle, onDeleted }: Handlers): () => void {
  let replaying = true;
  let lastSeq: number | null = null;
  let buffer: StreamEvent[] = [];
  let flushing: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    flushing = undefined;
    const events = buffer;
    buffer = [];
    if (events.length > 0) onEvents(events);
  };
  const push = (event: StreamEvent) => {
    buffer.push(event);
    if (event.type === 'ready') replaying = false;
    if (!replaying) flushing ??= setTimeout(flush, FLUSH_MS);
  };
  const onEvent = (name: string, data: unknown) => {
    switch (name) {
      case 'run': {
        const { run_id: runId, event } = data as { run_id: string; event: RunEvent };
        return push({ type: 'run', runId, event });
      }
      case 'partial':
        return push({ type: 'partial', partial: data as PartialTurn });
      case 'tail':
        return push({ type: 'tail', from: (data as { from: number }).from });
      case 'ready':
        return push({ type: 'ready' });
      case 'desktop':
        return onDesktop(data as Desktop);
      case 'title':
        return onTitle((data as { title: string }).title);
      case 'deleted':
        return onDeleted();
      default: {
        // A newer server may send events that this page does not know.
        if (!EVENT_KINDS.includes(name)) return;
        const event = data as ChatEvent;
        lastSeq = event.seq;
        push({ type: 'chat', event });
      }
    }
  };

  const stop = followChat(chatId, {
    after: () => lastSeq,
    onOpen: () => {
      replaying = true;
      onConnection('open');
    },
    onLost: () => onConnection('lost'),
    onEvent,
  });
  return () => {
    stop();
    clearTimeout(flushing);
  };
}
