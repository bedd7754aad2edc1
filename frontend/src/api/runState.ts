import type { RunState } from './types';

const ACTIVE: readonly (RunState | null | undefined)[] = ['queued', 'running', 'awaiting_approval', 'awaiting_human', 'paused'];

/** Whether a run in this state has not ended yet. */
export const isActive = (state: RunState | null | undefined): boolean => ACTIVE.includes(state);
