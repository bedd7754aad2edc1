import type { Desktop, RunState } from '../api/types';
import { words } from '../words';

/** Who holds the mouse, or why no one does: the text of the control pill and how it looks. */
export interface Holder {
  kind: 'model' | 'person' | 'no one';
  look: 'working' | 'needs' | 'person' | 'failed' | 'quiet';
  text: (name: string) => string;
}

interface Facts {
  desktop: Desktop | undefined;
  run: RunState | null;
  /** Whether the person's control is connected. */
  control: boolean;
  /** Whether another window of the person has control. */
  elsewhere?: boolean;
}

export function holderOf({ desktop, run, control, elsewhere }: Facts): Holder {
  const { stage } = words;
  const quiet = (text: string): Holder => ({ kind: 'no one', look: 'quiet', text: () => text });
  if (control) return { kind: 'person', look: 'person', text: () => stage.control };
  if (elsewhere) return quiet(stage.controlElsewhere);
  switch (run) {
    case 'awaiting_approval':
      return { kind: 'model', look: 'needs', text: () => stage.needsApproval };
    case 'awaiting_human':
      return { kind: 'model', look: 'needs', text: () => stage.needsAnswer };
    case 'paused':
      return quiet(stage.paused);
    case 'queued':
    case 'running':
      return { kind: 'model', look: 'working', text: stage.working };
    default:
  }
  switch (desktop?.state) {
    case 'ready':
      return quiet(stage.watching);
    case 'paused':
      return quiet(stage.paused);
    case 'stopped':
      return quiet(stage.off);
    case 'failed':
      return { kind: 'no one', look: 'failed', text: () => stage.failed };
    default:
      return quiet(stage.starting);
  }
}
