export const errors = {
  unexpected: 'Something went wrong on this page. Reload it and try again.',
  server: (status: number) => `The server returned an error (${status}). Try again in a moment.`,
  unreachable: 'Can’t reach Deskhand. Check that it is running and that you are online.',
  unknownTitle: 'Page not found',
  unknownBody: 'Nothing is at this address. Check it for typos.',
  title: 'That didn’t work',
  retry: 'Try again',
  reload: 'Reload page',
};
