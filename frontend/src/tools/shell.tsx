import { SquareTerminal } from 'lucide-react';
import { DetailText } from './DetailText';
import { oneLine } from './oneLine';
import type { ToolOf, ToolRenderer } from './renderer';

export const shell: ToolRenderer<ToolOf<'shell'>> = {
  describe: ({ command }) =>
    command
      ? { icon: SquareTerminal, verb: ['Ran', 'Running', 'Run'], object: oneLine(command), code: true }
      : { icon: SquareTerminal, verb: ['Restarted the shell', 'Restarting the shell', 'Restart the shell'] },
  request: ({ command }) => (command ? 'run this command' : undefined),
  detail: ({ command }) => command && <DetailText text={command} />,
  detailSaysAll: ({ command }) => Boolean(command),
  hasOutput: true,
};
