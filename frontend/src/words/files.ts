export const files = {
  title: 'Files',
  none: 'No files yet',
  noneHint: 'Files saved to Outputs or Downloads, and files you attach, appear here.',
  download: 'Download',
  fromYou: 'From you',
  fromDesktop: 'From the desktop',
  close: 'Close files',
  savedFiles: 'Saved files',
} as const;
