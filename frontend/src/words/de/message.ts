import type { Catalogue } from '../catalogue';
import { plural } from '../format';

export const message: Catalogue['message'] = {
  queued: 'In der Warteschlange',
  withdraw: 'Zurückziehen',
  withdrawn: (name) => `Zurückgezogen. ${name} sieht die Nachricht nicht.`,
  sending: 'Wird gesendet …',
  notSent: 'Nicht gesendet',
  unanswered: 'Die Seite wurde geschlossen, bevor Deskhand geantwortet hat.',
  waits: 'Sie wird gesendet, sobald die Verbindung wieder da ist.',
  discard: 'Verwerfen',
  actions: 'Aktionen für die Nachricht',
  edit: 'Bearbeiten und neu ausführen',
  editing: 'Nachricht bearbeiten',
  editSend: 'Neu ausführen',
  editHint: 'Ersetzt diese Nachricht. Was auf dem Desktop schon geändert ist, bleibt.',
  fork: 'Hier abzweigen',
  replaced: 'Ersetzte Nachricht',
  replacedMany: (count) => plural(count, 'ersetzte Nachricht', 'ersetzte Nachrichten'),
  you: 'Sie',
  copy: 'Kopieren',
  copied: 'Kopiert',
  notCopied: 'Ihr Browser hat das Kopieren nicht erlaubt. Markieren Sie den Text und kopieren Sie ihn selbst.',
};
