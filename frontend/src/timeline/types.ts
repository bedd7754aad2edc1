// The timeline of a chat. A block is one message of the person with everything its run did.

import { RUN_CODES } from '../api/codes';
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
  | { type: 'tail'; from: number }
  | { type: 'ready' };

export interface Thought {
  kind: 'thought';
  key: string;
  text: string;
  /** From the event before to the end of the turn; null when unknown. */
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
  /** Suggested answers. */
  choices: string[];
}

/** Steps and thoughts without text between them. */
export interface Activity {
  kind: 'activity';
  key: string;
  items: (Step | Thought)[];
}

/** A period in which the person controlled the desktop. */
export interface Takeover {
  kind: 'takeover';
  key: string;
  /** What they did; null when unknown, because the desktop was lost. */
  steps: PersonStep[] | null;
  /** The number of earlier steps that were not recorded. */
  leftOut: number;
  screenshot: ScreenshotRef | null;
}

/** Something happened to the desktop, or another model goes on; the run continues. */
export interface Notice {
  kind: 'notice';
  key: string;
  code: NoticeCode | 'model_changed';
  why: string;
}

/** The codes of `run_state` events that are notices. */
export const NOTICE_CODES = [
  RUN_CODES.desktopReplaced,
  RUN_CODES.uploadNotDelivered,
  RUN_CODES.uploadNotShown,
  RUN_CODES.outputNotCollected,
] as const;
export type NoticeCode = (typeof NOTICE_CODES)[number];

export type Item = AssistantText | Question | Activity | Takeover | Notice;

export interface PersonMessage {
  id: string;
  text: string;
  files: AttachedFile[];
  at: string;
  /** The key that this page sent it with; null when another client sent it. */
  sentAs: string | null;
}

/** What a run has cost. */
export interface Usage {
  /** Time of the model's turns; steps have their own. */
  modelMs: number;
  /** Millionths of a dollar; null when the price of a turn is unknown. */
  microdollars: number | null;
  /** Input and output. */
  tokens: number;
}

export interface Block {
  key: string;
  runId: string | null;
  /** The number of its first event. */
  firstSeq: number;
  message: PersonMessage | null;
  items: Item[];
  files: StoredFile[];
  state: RunState | null;
  /** Whether the run has ever been running. */
  started: boolean;
  code: string | null;
  note: string | null;
  /** The call that waits for the person's decision or answer. */
  waitsFor: string | null;
  /** The number of the event that reported the state. */
  stateSeq: number;
  /** Whether another message has replaced this one. */
  replaced: boolean;
  usage: Usage;
  /** Server time of the latest event, to measure the next turn. */
  lastAt: string | null;
}

/** The turn that is being streamed. */
export interface LiveTurn {
  runId: string;
  turn: number;
  text: string;
  thinking: string;
  /** Whether the request to the model is being retried; the text is that of the last attempt. */
  retrying: Retry | null;
}

export interface Retry {
  /** 1 for the first retry in a row. */
  attempt: number;
  /** Why the last attempt failed. */
  reason: string;
  delayMs: number;
}

export interface Timeline {
  lastSeq: number;
  /** The number of the event from which on all are there; null when none is missing. */
  from: number | null;
  /** Whether the replay is complete. */
  ready: boolean;
  blocks: Block[];
  live: LiveTurn | null;
}

/** `waiting`: not started yet. */
export type StepState = 'waiting' | 'running' | ToolStatus;

/** A person's decision on a call. */
export interface Decision {
  approved: boolean;
  /** The reason of a denial; empty without one. */
  reason: string;
  /** The person's id. */
  by: string;
}

/** A request for approval, and the decision on it. */
export interface Approval {
  effects: Effect[];
  /** Why the model's provider requires it; null when only the policy does. */
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
  /** Server time of the result. */
  at: string | null;
}
