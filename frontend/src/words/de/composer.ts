import type { Catalogue } from '../catalogue';
import { percent } from '../format';

export const composer: Catalogue['composer'] = {
  placeholder: (name) => `Geben Sie ${name} eine Aufgabe`,
  placeholderDemo: 'Probieren Sie einen Demobefehl',
  placeholderFollowUp: 'Schreiben Sie, wie es weitergeht',
  placeholderWaiting: (name) => `Oder ${name} anders anweisen`,
  message: 'Nachricht',
  send: 'Senden',
  stop: 'Stoppen',
  escAgain: 'Zum Stoppen noch einmal Esc drücken',
  attach: 'Dateien anhängen',
  dropHere: 'Dateien zum Anhängen hier ablegen',
  removeFile: (name) => `${name} entfernen`,
  tooLarge: (limit) => `Größer als das Limit von ${limit}`,
  uploading: (share) => percent(share),
  uploadsPending: 'Wartet auf Uploads',
  sayWhat: 'Schreiben Sie, was mit diesen Dateien geschehen soll',
  unseen: 'Das Modell kann keine Bilder sehen',
  waitingHint: '↑ antworten',
  pause: 'Pausieren',
  pausing: 'Pausiert nach diesem Schritt. Zum Abbrechen klicken',
  resume: 'Fortsetzen',
};
