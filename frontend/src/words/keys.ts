export const keys = {
  menu: 'Send keys',
  menuTitle: 'Press on the desktop',
  /** What a chord usually does, and its keys. */
  chords: {
    closeTab: ['Close tab', 'Ctrl+W'],
    newTab: ['New tab', 'Ctrl+T'],
    nextTab: ['Next tab', 'Ctrl+Tab'],
    newWindow: ['New window', 'Ctrl+N'],
    switchWindow: ['Switch window', 'Alt+Tab'],
    closeWindow: ['Close window', 'Alt+F4'],
    maximize: ['Maximize window', 'Super+↑'],
    showDesktop: ['Show desktop', 'Super+D'],
    fullScreen: ['Full screen', 'F11'],
  },
} as const;
