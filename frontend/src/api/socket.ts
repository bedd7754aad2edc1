// The WebSocket of this tab, over which all its chats are followed (GET /ws).

import { paths } from './paths';

/** What follows a chat. */
export interface Follower {
  /** The number of the last event; null at first. */
  after: () => number | null;
  /** The chat's events come from now on, beginning with a replay. */
  onOpen: () => void;
  /** Nothing comes for the moment. */
  onLost: () => void;
  onEvent: (event: string, data: unknown) => void;
}

type Message =
  | { type: 'ack'; id: string }
  | { type: 'error'; id?: string }
  | { type: 'event'; chat_id: string; event: string; data: unknown };

const PROTOCOL = 'deskhand.v1';
/** Delays before the first and any further attempt to connect again. */
const RECONNECT_MS = { first: 500, max: 15_000 };
/** Delay before a chat is followed again whose events were interrupted. */
const RESUBSCRIBE_MS = 1000;
/** Interval of pings, and how long the server may take to answer one. A connection may be dead without a sign. */
const PING_MS = { every: 20_000, patience: 10_000 };
/** How long a connection that follows nothing is kept, for the chat that is opened next. */
const UNUSED_MS = 2000;
/** The last event of a subscription, after which the chat can be followed again. */
const INTERRUPTIONS = ['behind', 'interrupted', 'shutdown'];

const followers = new Map<string, Follower>();
let socket: WebSocket | null = null;
let attempts = 0;
let reconnecting: ReturnType<typeof setTimeout> | undefined;
let unused: ReturnType<typeof setTimeout> | undefined;

/** Follows a chat until the returned function is called. Each chat has one follower. */
export function followChat(chatId: string, follower: Follower): () => void {
  followers.set(chatId, follower);
  clearTimeout(unused);
  if (socket?.readyState === WebSocket.OPEN) subscribe(socket, chatId);
  else if (!socket && reconnecting === undefined) connect();
  return () => {
    if (followers.get(chatId) !== follower) return;
    followers.delete(chatId);
    if (socket?.readyState === WebSocket.OPEN) send(socket, { id: 'unsubscribe', type: 'unsubscribe', chat_id: chatId });
    if (followers.size === 0) unused = setTimeout(disconnect, UNUSED_MS);
  };
}

function connect() {
  reconnecting = undefined;
  const opened = new WebSocket(paths.socket(), PROTOCOL);
  socket = opened;
  let pinging: ReturnType<typeof setInterval> | undefined;
  let silent: ReturnType<typeof setTimeout> | undefined;
  const ended = () => {
    clearInterval(pinging);
    clearTimeout(silent);
    if (socket !== opened) return;
    socket = null;
    followers.forEach((follower) => follower.onLost());
    if (followers.size > 0) reconnect();
  };
  const ping = () => {
    send(opened, { id: 'ping', type: 'ping' });
    // Closing a dead connection takes the browser a while.
    silent ??= setTimeout(() => {
      opened.close();
      ended();
    }, PING_MS.patience);
  };
  opened.onopen = () => {
    attempts = 0;
    pinging = setInterval(ping, PING_MS.every);
    for (const chatId of followers.keys()) subscribe(opened, chatId);
  };
  opened.onmessage = ({ data }: MessageEvent<string>) => {
    clearTimeout(silent);
    silent = undefined;
    receive(opened, JSON.parse(data) as Message);
  };
  opened.onclose = ended;
}

function reconnect() {
  reconnecting = setTimeout(connect, Math.min(RECONNECT_MS.first * 2 ** attempts, RECONNECT_MS.max));
  attempts += 1;
}

function disconnect() {
  clearTimeout(reconnecting);
  reconnecting = undefined;
  socket?.close();
  socket = null;
}

function receive(from: WebSocket, message: Message) {
  switch (message.type) {
    case 'ack':
      return followers.get(message.id)?.onOpen();
    case 'error':
      // The page itself finds out whether the chat is gone.
      if (message.id && followers.has(message.id)) again(from, message.id);
      return;
    case 'event': {
      const follower = followers.get(message.chat_id);
      if (!follower) return;
      if (!INTERRUPTIONS.includes(message.event)) return follower.onEvent(message.event, message.data);
      follower.onLost();
      if (message.event !== 'shutdown') again(from, message.chat_id);
    }
  }
}

function again(over: WebSocket, chatId: string) {
  setTimeout(() => {
    if (socket === over && over.readyState === WebSocket.OPEN && followers.has(chatId)) subscribe(over, chatId);
  }, RESUBSCRIBE_MS);
}

/** The id of the request is that of the chat. */
function subscribe(over: WebSocket, chatId: string) {
  const after = followers.get(chatId)?.after() ?? undefined;
  send(over, { id: chatId, type: 'subscribe', chat_id: chatId, after });
}

const send = (over: WebSocket, request: object) => over.send(JSON.stringify(request));

// Does not wait for the next attempt.
window.addEventListener('online', () => {
  if (reconnecting === undefined) return;
  clearTimeout(reconnecting);
  connect();
});
