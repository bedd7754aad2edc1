export const errors = {
  unexpected: 'Something went wrong in this page. Reload it and try again.',
  server: (status: number) => `The server answered with an error (${status}). Try again in a moment.`,
  unreachable: 'Deskhand cannot be reached. Check that it is running and that you are online.',
  title: 'This did not work',
  retry: 'Try again',
  reload: 'Reload the page',
} as const;
