// The timeline of a chat. A block is one request of the person with everything that came of it.

import type {
  AttachedFile,
  Effect,
  ScreenshotRef,
  ChatEvent,
  PartialTurn,
  PersonStep,
  RunEvent,
  RunState,
  StoredFile,
  ToolCall,
  ToolStatus,
} from '../api/types';

export type StreamEvent =
  | { type: 'chat'; event: ChatEvent }
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

export interface AssistantText {
  kind: 'text';
  key: string;
  text: string;
  /** The event of its turn. */
  messageId: string;
}

/** Something the model asks the person. */
export interface Question {
  kind: 'question';
  key: string;
  /** The call that asks it. */
  step: Step;
  text: string;
  /** Answers to choose from; others are welcome too. */
  choices: string[];
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
  screenshot: ScreenshotRef | null;
}

/** The desktop ended in the middle and was started anew. */
export interface DesktopReplaced {
  kind: 'desktop_replaced';
  key: string;
  why: string;
}

export type Item = AssistantText | Question | Activity | Takeover | DesktopReplaced;

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
  started: boolean;
  code: string | null;
  note: string | null;
  /** The call that waits for the person's decision or answer. */
  waitsFor: string | null;
  /** The number of the event that reported the state. */
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

/** `waiting`: not started. The others come from events. */
export type StepState = 'waiting' | 'running' | ToolStatus;

/** A person's decision on a call. */
export interface Decision {
  approved: boolean;
  /** Why not; empty where nothing was said. */
  reason: string;
  /** The person's id. */
  by: string;
}

/** A request for approval, and the decision on it. */
export interface Approval {
  effects: Effect[];
  /** Why the model's vendor wants it; null where it is only the policy that does. */
  reason: string | null;
  argumentsSha256: string;
  decision: Decision | null;
}

export interface Step {
  kind: 'step';
  call: ToolCall;
  state: StepState;
  approval: Approval | null;
  /** A person's answer, when the call is a question. */
  answer: string | null;
  text: string;
  screenshot: ScreenshotRef | null;
  elapsedMs: number;
  /** When the result came, in the server's time. */
  at: string | null;
}
