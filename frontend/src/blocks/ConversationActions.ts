import { createContext, use } from 'react';
import type { AttachedFile } from '../api/types';
import type { Block } from '../timeline/types';

/** What the parts of a conversation can do, and what they need to know to offer it. */
export interface ConversationActions {
  /** The person's id. */
  me: string;
  /** The message that may be edited and run again: the last one. */
  lastMessageId: string | null;
  /** Whether the active run pauses after its current step, or is about to resume. */
  transition: 'pausing' | 'resuming' | null;
  /** Sends a message. `replaces` is the id of the message that it replaces. */
  send: (text: string, files?: AttachedFile[], replaces?: string) => void;
  /** Cancels a queued message. */
  withdraw: (block: Block) => void;
  fork: (messageId: string) => void;
  resume: () => void;
  stop: () => void;
  earlier: Earlier;
}

/** The events that are not loaded. */
export interface Earlier {
  loading: boolean;
  error: Error | null;
  /** Loads a page of them. */
  load: () => void;
}

export const ConversationActionsContext = createContext<ConversationActions | null>(null);

export function useConversationActions(): ConversationActions {
  const actions = use(ConversationActionsContext);
  if (!actions) throw new Error('useConversationActions is for the parts of a conversation');
  return actions;
}
