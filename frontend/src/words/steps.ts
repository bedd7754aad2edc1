import { plural } from './format';

export const steps = {
  pausingNow: 'Pausing after this step',
  thinking: 'Thinking',
  thoughtFor: (time: string) => `Thought for ${time}`,
  thought: 'Thought',
  working: 'Working',
  starting: 'Getting ready',
  retrying: (reason: string) => `Trying again: ${reason}`,
  count: (count: number, time: string) => [plural(count, 'step', 'steps'), time].filter(Boolean).join(' · '),
  failedCount: (count: number) => `${count} failed`,
  selectStep: 'Show this moment',
  moreLines: (count: number) => `Show all ${count} lines`,
  fewerLines: 'Show less',
  failed: 'Failed',
  notExecuted: 'Not done, because a step before it failed',
  notReached: 'Not done',
  notAfterDenied: 'Not done, because a step before it was denied',
  interrupted: 'Interrupted; it may or may not have happened',
  inProgress: 'In progress',
  desktopReplaced: 'The desktop ended and was started anew.',
} as const;

export const takeover = {
  title: 'You took over',
  nothing: 'and did nothing',
  unknown: 'The desktop is gone, so nobody can tell what was done.',
  leftOut: (count: number) => `${plural(count, 'earlier step', 'earlier steps')} left out`,
  steps: (count: number) => plural(count, 'step', 'steps'),
  typed: (count: number) => `Typed ${plural(count, 'character', 'characters')}`,
  copied: (count: number) => `Put ${plural(count, 'character', 'characters')} on the clipboard`,
  screenAlt: 'The screen when you handed back',
} as const;
