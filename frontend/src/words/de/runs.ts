import type { Catalogue } from '../catalogue';

export const runs: Catalogue['runs'] = {
  title: 'Aufgaben',
  listTitle: 'Aufgaben aller Personen',
  listBody: 'Was gerade läuft oder wartet, oder was beendet ist. Chats bleiben privat: Ihr Inhalt wird hier nicht gezeigt.',
  filter: 'Welche Aufgaben',
  filters: { unfinished: 'Nicht beendet', ended: 'Beendet' },
  none: 'Es gibt keine.',
  states: {
    queued: 'Wartet in der Schlange',
    running: 'Läuft',
    awaiting_approval: 'Wartet auf eine Genehmigung',
    awaiting_human: 'Wartet auf eine Antwort',
    paused: 'Pausiert',
    succeeded: 'Fertig',
    failed: 'Fehlgeschlagen',
    cancelled: 'Abgebrochen',
    limit_reached: 'Hat ein Limit erreicht',
  },
  since: (date) => `seit ${date}`,
  at: (date, duration) => `${date}, Dauer ${duration}`,
  cancel: 'Aufgabe abbrechen',
  cancelLabel: (name) => `Aufgabe von ${name} abbrechen`,
  cancelTitle: (name) => `Aufgabe von ${name} abbrechen?`,
  cancelBody: 'Sie endet mit der Aktion, die gerade läuft. Der Chat und sein Desktop bleiben erhalten.',
  back: 'Nicht abbrechen',
  more: 'Weitere Aufgaben',
};
