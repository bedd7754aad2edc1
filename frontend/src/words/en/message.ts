import { plural } from '../format';

export const message = {
  queued: 'Queued',
  withdraw: 'Cancel',
  withdrawn: (name: string) => `Cancelled. ${name} won’t see it.`,
  sending: 'Sending…',
  notSent: 'Not sent',
  unanswered: 'The page was closed before Deskhand answered.',
  waits: 'It will be sent when the connection is back.',
  discard: 'Discard',
  actions: 'Message actions',
  edit: 'Edit and run again',
  editing: 'Edit message',
  editSend: 'Run again',
  editHint: 'Replaces this message. Changes already made on the desktop stay.',
  fork: 'Fork from here',
  replaced: 'Replaced message',
  replacedMany: (count: number) => plural(count, 'replaced message', 'replaced messages'),
  you: 'You',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Your browser didn’t allow copying. Select the text and copy it yourself.',
};
