import { verb } from './verb';

/** What the tools do. The requests complete "Allow Claude to …?", where the card shows the rest. */
export const tools = {
  asked: verb('Asked', 'Asking', 'Ask'),
  invalid: verb('Couldn’t use', 'Couldn’t use', 'Couldn’t use'),

  screenshot: verb('Took a screenshot', 'Taking a screenshot', 'Take a screenshot'),
  zoomed: verb('Zoomed in on', 'Zooming in on', 'Zoom in on'),
  moved: verb('Moved to', 'Moving to', 'Move to'),
  buttonHeld: verb('Held the mouse button', 'Holding the mouse button', 'Hold the mouse button'),
  buttonReleased: verb('Released the mouse button', 'Releasing the mouse button', 'Release the mouse button'),
  pointerChecked: verb('Checked the pointer position', 'Checking the pointer position', 'Check the pointer position'),
  keyHeld: verb('Held', 'Holding', 'Hold'),
  heldFor: (chord: string, time: string) => `${chord} for ${time}`,
  waited: verb('Waited', 'Waiting', 'Wait'),
  here: 'here',
  typeThis: 'type this',
  moveHere: 'move the pointer here',
  dragHere: 'drag to here',
  scrollHere: (direction: string) => `scroll ${direction} here`,

  ran: verb('Ran', 'Running', 'Run'),
  shellRestarted: verb('Restarted the shell', 'Restarting the shell', 'Restart the shell'),
  runThis: 'run this command',

  edited: {
    view: verb('Read', 'Reading', 'Read'),
    create: verb('Wrote', 'Writing', 'Write'),
    str_replace: verb('Edited', 'Editing', 'Edit'),
    insert: verb('Edited', 'Editing', 'Edit'),
    undo_edit: verb('Undid the last edit to', 'Undoing the last edit to', 'Undo the last edit to'),
  },
  thisFile: 'this file',
  replacedWith: 'Replaced with',

  opened: verb('Opened', 'Opening', 'Open'),
  apps: {
    terminal: 'the terminal',
    browser: 'the browser',
    text_editor: 'the text editor',
    file_manager: 'the file manager',
  },
  openedIn: (what: string, app: string) => `${what} in ${app}`,
  openThisIn: (app: string) => `open this in ${app}`,
};
