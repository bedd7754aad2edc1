import { plural } from './format';

export const runEnds = {
  pausedTitle: 'Paused',
  pausedBody: (name: string) => `${name} does nothing until you resume.`,
  preempted: (name: string) => `You are in control. ${name} goes on when you hand back.`,
  resume: 'Resume',
  stop: 'Stop',
  messageInstead: 'You wrote a message instead',
  forked: 'Forked here. This chat has a desktop of its own, as new.',
  runAgain: 'Run this here',
  usage: (steps: number, time: string, money: string) =>
    [steps > 0 ? plural(steps, 'step', 'steps') : '', time, money].filter(Boolean).join(' · '),
  tokens: (count: number) => `${count.toLocaleString('en')} tokens`,
  money: (microdollars: number) => {
    const dollars = microdollars / 1_000_000;
    return dollars < 0.01 ? 'under $0.01' : `$${dollars.toFixed(2)}`;
  },
  failedTitle: 'This stopped with an error',
  failedBody: 'Something went wrong. Try again, or say what should be done differently.',
  limitTitle: 'This reached its limit',
  limitBody: (name: string) => `${name} stopped after as many steps as one task may take. Continue to let it go on.`,
  cancelled: 'Stopped',
  retry: 'Try again',
  goOn: 'Continue',
  goOnPrompt: 'Continue.',
} as const;
