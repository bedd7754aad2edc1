import { percent } from '../format';

export const desktops = {
  title: 'Desktops',
  runningTitle: 'Running desktops',
  runningBody: 'The desktops that are up now, and what their programs take. The pictures are a few seconds old.',
  none: 'No desktop is running.',
  screenOf: (name: string) => `Screen of ${name}’s desktop`,
  noScreen: 'No picture',
  states: { creating: 'Starting', ready: 'Running', paused: 'Paused', stopped: 'Stopped', removed: 'Removed', failed: 'Failed' },
  since: (state: string, date: string) => `${state} since ${date}`,
  memory: (bytes: string) => `${bytes} of memory`,
  processor: (share: number) => `${percent(share)} of a processor`,
  home: (bytes: string) => `${bytes} of files`,
  stop: 'Stop',
  stopLabel: (name: string) => `Stop ${name}’s desktop`,
  stopTitle: (name: string) => `Stop ${name}’s desktop?`,
  stopBody: 'Its programs end, and its run is cancelled. The home folder is kept; the next message starts it again.',
  cancel: 'Cancel',
  more: 'More desktops',
};
