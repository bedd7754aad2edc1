export const conversation = {
  label: 'Conversation',
  timeline: 'Messages and steps',
  emptyTitle: 'What should I do on this computer?',
  emptyBody: 'It has a terminal, a text editor, a file manager and a browser. You watch every step.',
  examples: 'Examples',
  toEnd: 'Go to the end',
  toWaiting: (name: string) => `${name} waits for you`,
  lost: 'The connection is lost. Reconnecting…',
} as const;
