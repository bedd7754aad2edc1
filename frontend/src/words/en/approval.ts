import { list, plural } from '../format';

/** In the middle of a sentence. */
const inside = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

export const approval = {
  /** What a policy asks before, by effect. */
  effects: {
    pointing: 'Using the mouse',
    typing: 'Typing',
    submitting: 'Pressing Return',
    shell: 'Running commands',
    editing: 'Writing files',
    navigating: 'Opening apps and websites',
  },
  title: (name: string, what: string) => `Allow ${name} to ${what}?`,
  announced: (name: string, what: string) => `${name} needs your approval: ${what}`,
  whyPolicy: 'You chose to approve this kind of step.',
  whyVendor: (reason: string) =>
    reason ? `The model’s provider requires your confirmation: ${reason}` : 'The model’s provider requires your confirmation for this step.',
  then: (count: number) => `${plural(count, 'more step is', 'more steps are')} waiting.`,
  approve: 'Approve',
  deny: 'Deny',
  denyLabel: 'What should it do instead? (optional)',
  denySend: 'Deny',
  back: 'Back',
  allow: 'Always allow in this chat',
  allowHint: (effects: readonly string[]) => `Approve, and stop asking in this chat before: ${list(effects.map(inside))}`,
  where: 'Where on the screen',
  approvedByYou: 'You approved this',
  approvedByOther: 'Someone else approved this',
  deniedByYou: 'You denied this',
  deniedByOther: 'Someone else denied this',
  because: (outcome: string, reason: string) => `${outcome}: “${reason}”`,
  awaited: 'Waiting for your approval',
  notGiven: 'Not approved',
  denied: (count: number) => `${count} denied`,
  chipLabel: (policy: string) => `Approval in this chat: ${policy}`,
  never: 'Runs without asking',
  always: 'Asks before every step',
  one: (effect: string) => `Asks before ${inside(effect)}`,
  some: (count: number) => `Asks before ${plural(count, 'kind of step', 'kinds of step')}`,
  menuTitle: 'Ask for approval',
  menuKinds: 'Only before',
  nothing: 'Never',
  everything: 'Before every step',
  asDefault: (policy: string) => `Use my default (${inside(policy)})`,
};

export const question = {
  title: (name: string) => `${name} has a question`,
  announced: (name: string, question: string) => `${name} asks: ${question}`,
  choices: 'Suggested answers',
  label: 'Your answer',
  labelOther: 'Or type another answer',
  send: 'Answer',
  answered: 'You answered',
  unanswered: 'Not answered',
};
