import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Point, Tool } from '../api/types';
import type { Verb } from '../words/verb';

export type ToolName = Tool['tool'];
export type ToolOf<Name extends ToolName> = Extract<Tool, { tool: Name }>;

export interface Description {
  icon: LucideIcon;
  verb: Verb;
  /** What it is done to. */
  object?: string;
  /** Whether the object is text for a machine, such as a command. */
  code?: boolean;
}

/** How the interface shows one tool. A new tool needs one of these and its entry in the registry. */
export interface ToolRenderer<Call> {
  /** A call as one line. Long objects are shortened there. */
  describe: (call: Call) => Description;
  /** Completes "Allow Claude to ...?", where the description would repeat what the approval card shows anyway. */
  request?: (call: Call) => string | undefined;
  /** Everything that a call would do, unabridged: what is approved must be what was seen. */
  detail?: (call: Call) => ReactNode;
  /** Whether the detail leaves nothing for the description to add. */
  detailSaysAll?: (call: Call) => boolean;
  /** The point of the screen that a call aims at, in its pixels. */
  target?: (call: Call) => Point | null;
  /** Whether the text of a result is shown as terminal output. */
  hasOutput?: boolean;
}
