import { money, plural } from '../format';

/** How a run ended, or why it does not continue. */
export const outcomes = {
  pausedTitle: 'Paused',
  pausedBody: (name: string) => `${name} is paused until you resume.`,
  preempted: (name: string) => `You’re in control. ${name} continues when you hand back.`,
  resume: 'Resume',
  resuming: 'Resuming…',
  stop: 'Stop',
  superseded: 'You sent a message instead',
  forked: 'Forked from another chat. This chat has its own fresh desktop.',
  runAgain: 'Run again here',
  usage: (steps: number, time: string, money: string) =>
    [steps > 0 ? plural(steps, 'step', 'steps') : '', time, money].filter(Boolean).join(' · '),
  tokens: (count: number) => plural(count, 'token', 'tokens'),
  money: (microdollars: number) => (microdollars < 10_000 ? `under ${money(10_000)}` : money(microdollars)),
  failedTitle: 'Something went wrong',
  failedBody: 'Try again, or say what to do differently.',
  limitTitle: 'Limit reached',
  limitBody: (name: string) => `${name} reached the limit for one task. Continue to keep going.`,
  cancelled: 'Stopped',
  retry: 'Try again',
  continue: 'Continue',
};
