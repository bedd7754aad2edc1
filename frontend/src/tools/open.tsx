import { AppWindow } from 'lucide-react';
import type { App } from '../api/types';
import { DetailText } from './DetailText';
import type { ToolOf, ToolRenderer } from './renderer';

const APPS: Record<App, string> = {
  terminal: 'the terminal',
  browser: 'the browser',
  text_editor: 'the text editor',
  file_manager: 'the file manager',
};

export const open: ToolRenderer<ToolOf<'open'>> = {
  describe: ({ app, argument }) => ({
    icon: AppWindow,
    verb: ['Opened', 'Opening', 'Open'],
    object: argument ? `${argument} in ${APPS[app]}` : APPS[app],
  }),
  request: ({ app, argument }) => (argument ? `open this in ${APPS[app]}` : undefined),
  detail: ({ argument }) => argument && <DetailText text={argument} />,
};
