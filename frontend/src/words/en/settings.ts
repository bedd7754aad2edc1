export const settings = {
  title: 'Settings',
  approvalTitle: 'Approval',
  approvalBody: (name: string) =>
    `Steps ${name} must ask about first, unless a chat has its own setting. Looking at the screen and waiting never need approval.`,
  askBefore: 'Ask for approval',
  some: 'Only before…',
  localeTitle: 'Time zone and language',
  localeBody: (name: string) =>
    `The clock, the programs and the web pages on your desktops use them, and ${name} is told them. A change applies there from your next message on; open programs keep what they have. Deskhand itself changes its language at once.`,
  timeZone: 'Time zone',
  language: 'Language',
  translated: 'Desktop and Deskhand itself',
  desktopOnly: 'Desktop only',
  byBrowser: (name: string) => `As this browser says (${name})`,
  themeTitle: 'Appearance',
  themeBody: 'How Deskhand looks in this browser.',
  usageTitle: 'What you may use',
  usageBody: 'What you use of it. An administrator can raise a limit.',
  usageNames: {
    desktops: 'Desktops that are up',
    runs_today: 'Runs today (UTC)',
    disk_bytes: 'Files and home folders',
    microdollars_this_month: 'Cost of models this month',
  },
  usedOf: (used: string, limit: string) => `${used} of ${limit}`,
  saved: 'Saved',
};
