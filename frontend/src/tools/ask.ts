import { MessageCircleQuestionMark } from 'lucide-react';
import { words } from '../words';
import { oneLine } from './oneLine';
import type { ToolOf, ToolRenderer } from './renderer';

export const ask: ToolRenderer<ToolOf<'ask'>> = {
  describe: ({ question }) => ({ icon: MessageCircleQuestionMark, verb: words.tools.asked, object: oneLine(question) }),
};
