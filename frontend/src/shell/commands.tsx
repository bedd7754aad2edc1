import { createContext, use } from 'react';

/** Commands of the shell for the pages inside it. */
export interface ShellCommands {
  newChat: () => void;
  openSidebar: () => void;
  openPalette: () => void;
}

export const ShellContext = createContext<ShellCommands | null>(null);

export function useShell(): ShellCommands {
  const commands = use(ShellContext);
  if (!commands) throw new Error('useShell is for components within the Shell');
  return commands;
}
