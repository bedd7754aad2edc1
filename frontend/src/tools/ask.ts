import { MessageCircleQuestionMark } from 'lucide-react';
import { oneLine } from './oneLine';
import type { ToolOf, ToolRenderer } from './renderer';

export const ask: ToolRenderer<ToolOf<'ask'>> = {
  describe: ({ question }) => ({ icon: MessageCircleQuestionMark, verb: ['Asked', 'Asking', 'Ask'], object: oneLine(question) }),
};
