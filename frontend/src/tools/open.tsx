import { AppWindow } from 'lucide-react';
import { words } from '../words';
import { DetailText } from './DetailText';
import type { ToolOf, ToolRenderer } from './renderer';

export const open: ToolRenderer<ToolOf<'open'>> = {
  describe: ({ app, argument }) => ({
    icon: AppWindow,
    verb: words.tools.opened,
    object: argument ? words.tools.openedIn(argument, words.tools.apps[app]) : words.tools.apps[app],
  }),
  request: ({ app, argument }) => (argument ? words.tools.openThisIn(words.tools.apps[app]) : undefined),
  detail: ({ argument }) => argument && <DetailText text={argument} />,
};
