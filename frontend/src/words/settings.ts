export const settings = {
  title: 'Settings',
  approvalTitle: 'Approval',
  approvalBody: (name: string) =>
    `What ${name} does only with your word, in every chat that says nothing else. Looking at the screen and waiting never need it.`,
  askBefore: 'Ask me before',
  some: 'Some kinds of step',
  themeTitle: 'Appearance',
  themeBody: 'The look of this page, on this computer.',
  saved: 'Saved',
} as const;
