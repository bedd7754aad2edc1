import type { Catalogue } from '../catalogue';
import { verb } from './verb';

export const tools: Catalogue['tools'] = {
  asked: verb('Gefragt:', 'Fragt:', 'Fragen:', 'fragen'),
  invalid: verb('Nicht nutzbar:', 'Nicht nutzbar:', 'Nicht nutzbar:', 'nutzen'),

  screenshot: verb('Screenshot gemacht', 'Macht einen Screenshot', 'Screenshot machen', 'einen Screenshot machen'),
  zoomed: verb('Vergrößert:', 'Vergrößert:', 'Vergrößern:', 'vergrößern'),
  moved: verb('Mauszeiger bewegt nach', 'Bewegt den Mauszeiger nach', 'Mauszeiger bewegen nach', 'ansteuern'),
  buttonHeld: verb('Maustaste gedrückt gehalten', 'Hält die Maustaste gedrückt', 'Maustaste gedrückt halten', 'die Maustaste gedrückt halten'),
  buttonReleased: verb('Maustaste losgelassen', 'Lässt die Maustaste los', 'Maustaste loslassen', 'die Maustaste loslassen'),
  pointerChecked: verb('Mausposition geprüft', 'Prüft die Mausposition', 'Mausposition prüfen', 'die Mausposition prüfen'),
  keyHeld: verb('Gehalten:', 'Hält:', 'Halten:', 'halten'),
  heldFor: (chord, time) => `${chord} für ${time}`,
  waited: verb('Gewartet:', 'Wartet:', 'Warten:', 'warten'),
  here: 'hier',
  typeThis: 'das tippen',
  moveHere: 'den Mauszeiger hierher bewegen',
  dragHere: 'hierher ziehen',
  scrollHere: (direction) => `hier ${direction} scrollen`,

  ran: verb('Ausgeführt:', 'Führt aus:', 'Ausführen:', 'ausführen'),
  shellRestarted: verb('Shell neu gestartet', 'Startet die Shell neu', 'Shell neu starten', 'die Shell neu starten'),
  runThis: 'diesen Befehl ausführen',

  edited: {
    view: verb('Gelesen:', 'Liest:', 'Lesen:', 'lesen'),
    create: verb('Geschrieben:', 'Schreibt:', 'Schreiben:', 'schreiben'),
    str_replace: verb('Bearbeitet:', 'Bearbeitet:', 'Bearbeiten:', 'bearbeiten'),
    insert: verb('Bearbeitet:', 'Bearbeitet:', 'Bearbeiten:', 'bearbeiten'),
    undo_edit: verb('Letzte Änderung rückgängig gemacht:', 'Macht die letzte Änderung rückgängig:', 'Letzte Änderung rückgängig machen:', 'auf den Stand vor der letzten Änderung bringen'),
  },
  thisFile: 'diese Datei',
  replacedWith: 'Ersetzt durch',

  opened: { ...verb('Geöffnet:', 'Öffnet:', 'Öffnen:', 'öffnen'), request: (app) => `das Programm ${app} öffnen` },
  apps: {
    terminal: 'Terminal',
    browser: 'Browser',
    text_editor: 'Texteditor',
    file_manager: 'Dateimanager',
  },
  openedIn: (what, app) => `${what} im ${app}`,
  openThisIn: (app) => `das im ${app} öffnen`,
};
