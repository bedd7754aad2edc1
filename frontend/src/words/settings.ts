export const settings = {
  title: 'Settings',
  approvalTitle: 'Approval',
  approvalBody: (name: string) =>
    `Steps ${name} must ask about first, unless a chat has its own setting. Looking at the screen and waiting never need approval.`,
  askBefore: 'Ask for approval',
  some: 'Only before…',
  themeTitle: 'Appearance',
  themeBody: 'How Deskhand looks in this browser.',
  saved: 'Saved',
} as const;
