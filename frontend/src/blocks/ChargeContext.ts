import { createContext, use } from 'react';
import type { AttachedFile } from '../api/types';
import type { Block } from '../timeline/types';

/** What the person can do about what stands in a conversation. */
export interface Charge {
  /** The person's id. */
  me: string;
  /** The message that may be edited and run again: the last one. */
  lastMessageId: string | null;
  /** Whether the run at work rests once its step has ended, or begins to go on. */
  moving: 'pausing' | 'resuming' | null;
  /** Says something, in the place of a message where that is named. */
  send: (text: string, files?: AttachedFile[], replaces?: string) => void;
  /** Takes a queued message back. */
  withdraw: (block: Block) => void;
  fork: (messageId: string) => void;
  resume: () => void;
  stop: () => void;
}

export const ChargeContext = createContext<Charge | null>(null);

export function useCharge(): Charge {
  const charge = use(ChargeContext);
  if (!charge) throw new Error('useCharge is for the parts of a conversation');
  return charge;
}
