export const conversation = {
  label: 'Conversation',
  timeline: 'Messages and steps',
  emptyTitle: 'What should I do on this computer?',
  emptyBody: 'It has a browser, a terminal, a text editor and a file manager. You can watch every step and take over any time.',
  examples: 'Examples',
  taskDone: 'Done',
  taskOpen: 'Not done',
  toEnd: 'Jump to latest',
  toWaiting: (name: string) => `${name} is waiting for you`,
  earlier: 'Show earlier',
  cut: 'Earlier steps are not loaded.',
  lost: 'Connection lost. Reconnecting…',
};
