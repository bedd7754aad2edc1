import { percent } from '../format';

export const composer = {
  placeholder: (name: string) => `Ask ${name} to do something`,
  placeholderDemo: 'Try a demo command',
  placeholderFollowUp: 'Write a follow-up',
  placeholderWaiting: (name: string) => `Or tell ${name} what to do instead`,
  message: 'Message',
  send: 'Send',
  stop: 'Stop',
  escAgain: 'Press Esc again to stop',
  attach: 'Attach files',
  dropHere: 'Drop files to attach them',
  removeFile: (name: string) => `Remove ${name}`,
  tooLarge: (limit: string) => `Larger than the ${limit} limit`,
  uploading: (share: number) => percent(share),
  uploadsPending: 'Waiting for uploads',
  sayWhat: 'Say what to do with these files',
  unseen: 'The model can’t see pictures',
  waitingHint: '↑ to answer',
  pause: 'Pause',
  pausing: 'Pausing after this step. Click to cancel',
  resume: 'Resume',
};
