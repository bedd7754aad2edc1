import { firstSentence, plural } from '../format';

export const steps = {
  pausingNow: 'Pausing after this step',
  thinking: 'Thinking',
  thoughtFor: (time: string) => `Thought for ${time}`,
  thought: 'Thought',
  working: 'Working',
  reading: 'Waiting for the model, which is still reading',
  starting: 'Getting ready',
  retrying: (reason: string, seconds: number) =>
    `${firstSentence(reason)} ${seconds > 0 ? `Trying again in ${plural(seconds, 'second', 'seconds')}…` : 'Trying again…'}`,
  count: (count: number, time: string) => [plural(count, 'step', 'steps'), time].filter(Boolean).join(' · '),
  failedCount: (count: number) => `${count} failed`,
  showScreen: 'Show the screen after this step',
  moreLines: (count: number) => `Show all ${count} lines`,
  fewerLines: 'Show less',
  failed: 'Failed',
  notAfterFailed: 'Skipped: an earlier step failed',
  notAfterDenied: 'Skipped: an earlier step was denied',
  notReached: 'Not started',
  interrupted: 'Interrupted. It may not have finished.',
  inProgress: 'In progress',
  notices: {
    desktop_replaced: 'The desktop was restarted. Open apps were closed.',
    upload_not_delivered: 'A file could not be written to the desktop.',
    upload_not_shown: 'The model is not shown a file.',
    output_not_collected: 'A file stays on the desktop only.',
  },
};

export const takeover = {
  title: 'You took over',
  nothing: 'no actions',
  unknown: 'the desktop is gone, so your actions are unknown',
  leftOut: (count: number) => `${plural(count, 'earlier step', 'earlier steps')} not shown`,
  steps: (count: number) => plural(count, 'step', 'steps'),
  typed: (count: number) => `Typed ${plural(count, 'character', 'characters')}`,
  copied: (count: number) => `Copied ${plural(count, 'character', 'characters')} to the clipboard`,
  screenAlt: 'The screen when you handed back',
};
