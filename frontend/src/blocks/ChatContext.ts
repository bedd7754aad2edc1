import { createContext, use } from 'react';
import type { Size } from '../api/types';
import type { Step } from '../timeline/types';

/** What the parts of a chat share. It rarely changes: whatever uses it is rendered again when it does. */
export interface ChatView {
  chatId: string;
  /** The assistant's name. */
  name: string;
  /** The size of the screen in pixels; steps use the same coordinates. */
  screen: Size | null;
  /** Shows the screenshot of a call on the stage; null makes the stage live. */
  selectStep: (callId: string | null) => void;
  /** Marks a step's target on the stage. */
  hover: (step: Step | null) => void;
}

export const ChatContext = createContext<ChatView | null>(null);

export function useChatView(): ChatView {
  const view = use(ChatContext);
  if (!view) throw new Error('useChatView is for the parts of a chat');
  return view;
}

export const SelectedStepContext = createContext<string | null>(null);

/** The call whose screenshot is on the stage; null when the stage is live. */
export const useSelectedStep = (): string | null => use(SelectedStepContext);
