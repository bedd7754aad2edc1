import { SquareTerminal } from 'lucide-react';
import { words } from '../words';
import { DetailText } from './DetailText';
import { oneLine } from './oneLine';
import type { ToolOf, ToolRenderer } from './renderer';

export const shell: ToolRenderer<ToolOf<'shell'>> = {
  describe: ({ command }) =>
    command
      ? { icon: SquareTerminal, verb: words.tools.ran, object: oneLine(command), code: true }
      : { icon: SquareTerminal, verb: words.tools.shellRestarted },
  request: ({ command }) => (command ? words.tools.runThis : undefined),
  detail: ({ command }) => command && <DetailText text={command} />,
  detailSaysAll: ({ command }) => Boolean(command),
  hasOutput: true,
};
