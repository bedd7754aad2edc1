import { createContext, use } from 'react';
import type { Size } from '../api/types';
import type { Step } from '../timeline/types';

/** What the parts of a chat share: where its pictures are, and which moment is looked at. */
export interface ChatView {
  chatId: string;
  /** The assistant's name. */
  name: string;
  /** Pixels of the screen, in which the steps count. */
  screen: Size | null;
  /** The step whose screenshot is on the stage; null when the stage is live. */
  moment: string | null;
  showMoment: (callId: string | null) => void;
  /** Marks a step's target on the stage. */
  hover: (step: Step | null) => void;
}

export const ChatContext = createContext<ChatView | null>(null);

export function useChatView(): ChatView {
  const view = use(ChatContext);
  if (!view) throw new Error('useChatView is for the parts of a chat');
  return view;
}
