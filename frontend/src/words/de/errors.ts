import type { Catalogue } from '../catalogue';

export const errors: Catalogue['errors'] = {
  unexpected: 'Auf dieser Seite ist etwas schiefgegangen. Laden Sie sie neu und versuchen Sie es noch einmal.',
  server: (status) => `Der Server meldet einen Fehler (${status}). Versuchen Sie es gleich noch einmal.`,
  unreachable: 'Deskhand ist nicht erreichbar. Prüfen Sie, ob es läuft und ob Sie online sind.',
  unknownTitle: 'Seite nicht gefunden',
  unknownBody: 'Unter dieser Adresse gibt es nichts. Prüfen Sie sie auf Tippfehler.',
  title: 'Das hat nicht geklappt',
  retry: 'Noch einmal versuchen',
  reload: 'Seite neu laden',
};
