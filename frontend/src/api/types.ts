// The shapes of the backend's API (base /api/v1). Payloads of the log mirror the `protocol` crate.

export interface Problem {
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id?: string;
}

export interface User {
  id: string;
  username: string;
  email: string;
  first_name: string;
  last_name: string;
  is_superuser: boolean;
  created_at: string;
}

export interface Config {
  provider: string;
  model: string;
  assistant_name: string;
  upload_limit_bytes: number;
  example_prompts: string[];
}

export type RunState =
  | 'queued'
  | 'running'
  | 'awaiting_approval'
  | 'awaiting_human'
  | 'paused'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'limit_reached';

export interface Run {
  id: string;
  chat_id: string;
  state: RunState;
  code: string | null;
  message: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface Chat {
  id: string;
  title: string;
  created_at: string;
  updated_at: string;
  run_state: RunState | null;
}

export interface Message {
  id: string;
  seq: number;
  role: 'user' | 'assistant';
  message: string;
  run_id: string | null;
  created_at: string;
}

export interface ChatWithHistory extends Chat {
  messages: Message[];
  run: Run | null;
}

export interface PostedMessage {
  message: Message;
  run: Run;
  messages: Message[];
}

export interface StoredFile {
  id: string;
  name: string;
  media_type: string;
  size: number;
  chat_id: string | null;
  origin: 'upload' | 'desktop';
  path: string | null;
  created_at: string;
}

export interface Size {
  width: number;
  height: number;
}

export interface Desktop {
  state: 'absent' | 'creating' | 'ready' | 'paused' | 'stopped' | 'failed';
  reason: string | null;
  screen: Size | null;
}

// --- what happens on a desktop -------------------------------------------------------------------------------

export interface Point {
  x: number;
  y: number;
}

export interface Region extends Point, Size {}

export type Button = 'left' | 'middle' | 'right';
export type Modifier = 'shift' | 'ctrl' | 'alt' | 'super';
export type ScrollDirection = 'up' | 'down' | 'left' | 'right';

export type Action =
  | { type: 'screenshot' }
  | { type: 'zoom'; region: Region }
  | { type: 'mouse_move'; to: Point }
  | { type: 'click'; button: Button; count: number; at?: Point | null; modifiers?: Modifier[] }
  | { type: 'drag'; from?: Point | null; to: Point; modifiers?: Modifier[] }
  | { type: 'mouse_down'; button: Button }
  | { type: 'mouse_up'; button: Button }
  | { type: 'cursor_position' }
  | { type: 'scroll'; direction: ScrollDirection; clicks: number; at?: Point | null; modifiers?: Modifier[] }
  | { type: 'type'; text: string }
  | { type: 'key'; chord: string; repeat: number }
  | { type: 'hold_key'; chord: string; duration_ms: number }
  | { type: 'wait'; duration_ms: number };

export type Tool =
  | { tool: 'computer'; action: Action }
  | { tool: 'shell'; command?: string | null; restart?: boolean }
  | { tool: 'invalid'; name: string; problem: string };

export interface ToolCall {
  call_id: string;
  tool: Tool;
}

export interface ImageRef {
  sha256: string;
  media_type: string;
  size: Size;
}

export type ToolStatus = 'done' | 'failed' | 'not_executed' | 'interrupted';

export interface ToolResult {
  call_id: string;
  status: ToolStatus;
  text: string;
  screenshot?: ImageRef | null;
  shown_to_model: boolean;
  elapsed_ms: number;
}

export type AssistantBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; text: string }
  | ({ type: 'tool_call' } & ToolCall);

export interface AssistantTurn {
  provider: string;
  model: string;
  content: AssistantBlock[];
  stop_reason: string;
}

// --- the log of a chat, as GET /chats/{id}/events streams it --------------------------------------------------

interface Logged<Kind extends string, Payload> {
  seq: number;
  id: string;
  run_id: string | null;
  created_at: string;
  kind: Kind;
  payload: Payload;
}

export interface AttachedFile {
  id: string;
  name: string;
  path?: string | null;
}

export type LogEvent =
  | Logged<'message', { text: string; files?: AttachedFile[] }>
  | Logged<'assistant_turn', AssistantTurn>
  | Logged<'tool_result', ToolResult>
  | Logged<'run_state', { state: RunState; code: string | null; message: string | null }>
  | Logged<'file', StoredFile>;

export type RunEvent =
  | { type: 'turn_started'; turn: number }
  | { type: 'text_delta'; turn: number; text: string }
  | { type: 'thinking_delta'; turn: number; text: string }
  | { type: 'retrying'; turn: number; reason: string; delay_ms: number }
  | ({ type: 'tool_started' } & ToolCall);

export interface PartialTurn {
  run_id: string;
  turn: number;
  text: string;
  thinking: string;
  tool: ToolCall | null;
}
