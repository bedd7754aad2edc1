import type { Desktop, RunState } from '../api/types';
import { words } from '../words';

/** What the pill above the screen says: who controls the desktop, or why nobody does. */
export interface StageStatus {
  tone: 'working' | 'needs' | 'person' | 'failed' | 'quiet';
  text: string;
}

interface Facts {
  /** The assistant's name. */
  name: string;
  desktop: Desktop | undefined;
  run: RunState | null;
  /** Whether this window controls the desktop. */
  control: boolean;
  /** Whether another window of the person does. */
  elsewhere?: boolean;
  /** Whether the server is out of reach, so that nothing else is known. */
  offline?: boolean;
}

export function statusOf({ name, desktop, run, control, elsewhere, offline }: Facts): StageStatus {
  const { stage } = words;
  if (offline) return { tone: 'quiet', text: stage.offline };
  if (control) return { tone: 'person', text: stage.control };
  if (elsewhere) return { tone: 'quiet', text: stage.controlElsewhere };
  switch (run) {
    case 'awaiting_approval':
      return { tone: 'needs', text: stage.needsApproval };
    case 'awaiting_human':
      return { tone: 'needs', text: stage.needsAnswer };
    case 'paused':
      return { tone: 'quiet', text: stage.paused };
    case 'queued':
    case 'running':
      return { tone: 'working', text: stage.working(name) };
    default:
      return desktopStatus(desktop);
  }
}

function desktopStatus(desktop: Desktop | undefined): StageStatus {
  const { stage } = words;
  switch (desktop?.state) {
    case 'ready':
      return { tone: 'quiet', text: stage.ready };
    case 'paused':
      return { tone: 'quiet', text: stage.paused };
    case 'stopped':
      return { tone: 'quiet', text: stage.off };
    case 'failed':
      return { tone: 'failed', text: stage.failed };
    default:
      return { tone: 'quiet', text: stage.starting };
  }
}
