import type { ChatEvent, Desktop, PartialTurn, RunEvent } from '../api/types';
import type { StreamEvent } from './types';

export type Connection = 'connecting' | 'open' | 'lost';

const EVENT_KINDS: ChatEvent['kind'][] = [
  'message',
  'assistant_turn',
  'approval_request',
  'decision',
  'call_started',
  'tool_result',
  'answer',
  'usage_total',
  'takeover',
  'run_state',
  'file',
];
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
export function openStream(url: string, { onEvents, onConnection, onDesktop, onTitle, onDeleted }: Handlers): () => void {
  let source: EventSource;
  let replaying = true;
  let buffer: StreamEvent[] = [];
  let flushing: ReturnType<typeof setTimeout> | undefined;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  let attempts = 0;
  let lastSeq: number | null = null;

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
  const chat = (event: ChatEvent) => {
    lastSeq = event.seq;
    push({ type: 'chat', event });
  };
  const open = () => {
    replaying = true;
    // A new source does not know what the one before has received.
    source = new EventSource(lastSeq === null ? url : `${url}?after=${lastSeq}`);
    const on = <Data>(name: string, handle: (data: Data) => void) =>
      source.addEventListener(name, (event) => handle(JSON.parse((event as MessageEvent<string>).data) as Data));

    for (const kind of EVENT_KINDS) on<ChatEvent>(kind, chat);
    on<{ from: number }>('tail', ({ from }) => push({ type: 'tail', from }));
    on<{ run_id: string; event: RunEvent }>('run', ({ run_id: runId, event }) => push({ type: 'run', runId, event }));
    on<PartialTurn>('partial', (partial) => push({ type: 'partial', partial }));
    on('ready', () => push({ type: 'ready' }));
    on('desktop', onDesktop);
    on<{ title: string }>('title', ({ title }) => onTitle(title));
    on('deleted', () => {
      source.close();
      onDeleted();
    });
    source.onopen = () => {
      attempts = 0;
      onConnection('open');
    };
    source.onerror = () => {
      onConnection('lost');
      // The browser reconnects by itself unless the server returned an error; then we do, with growing delays.
      if (source.readyState !== EventSource.CLOSED) return;
      reopening = setTimeout(open, Math.min(1000 * 2 ** attempts, 15_000));
      attempts += 1;
    };
  };

  open();
  return () => {
    source.close();
    clearTimeout(flushing);
    clearTimeout(reopening);
  };
}
