export const files = {
  title: 'Files',
  none: 'No files yet',
  noneHint: 'What is saved to Outputs or Downloads on the desktop shows up here, and what you attach.',
  download: 'Download',
  fromYou: 'From you',
  fromDesktop: 'From the desktop',
  close: 'Close files',
  savedFiles: 'Files',
} as const;
