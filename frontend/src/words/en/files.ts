import { percent } from '../format';

export const files = {
  title: 'Files',
  none: 'No files yet',
  noneHint: 'Files saved to Outputs or Downloads, and files you attach, appear here.',
  download: 'Download',
  downloadAll: 'Download all',
  fromYou: 'From you',
  fromDesktop: 'From the desktop',
  reallyIs: (type: string) => `really ${type}`,
  close: 'Close files',
  savedFiles: 'Saved files',
  ofChat: 'Of this chat',
  home: 'On the desktop',
  views: 'Which files',
};

/** A link that is passed on. */
export const link = {
  label: 'Link',
  copy: 'Copy link',
  copied: 'Copied',
  copyFailed: 'Select the link and copy it yourself.',
};

export const share = {
  share: (name: string) => `Share ${name}`,
  title: (name: string) => `Share ${name}`,
  body: 'Whoever has the link can download the file until it expires, without an account.',
  validFor: 'Valid for',
  durations: { 3600: 'an hour', 86_400: 'a day', 604_800: 'a week', 2_592_000: '30 days' },
  create: 'Create link',
  until: (time: string) => `Works until ${time}, and as long as the file is here.`,
  end: 'End all links to this file',
  ended: 'All links to this file have ended.',
};

export const home = {
  root: 'Home',
  path: 'Folder',
  empty: 'This folder is empty',
  dropHint: 'Drop files here to put them on the desktop.',
  dropNow: 'Drop to upload here',
  upload: 'Upload files',
  refresh: 'Refresh',
  hidden: 'Show hidden files',
  more: 'Show more',
  openFolder: 'Open folder',
  link: 'Link',
  special: 'Special file',
  uploading: (name: string, share: number) => `${name}: ${percent(share)}`,
  uploaded: (name: string) => `${name} is on the desktop`,
  exists: (name: string) => `There is a file called ${name} already.`,
  replace: 'Replace',
  dismiss: 'Dismiss',
};
