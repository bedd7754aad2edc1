import type { Catalogue } from '../catalogue';
import { plural } from '../format';

export const retention: Catalogue['retention'] = {
  title: 'Aufbewahrung',
  periodsTitle: 'Wie lange etwas aufbewahrt wird',
  periodsBody: 'Was nicht länger aufbewahrt wird, wird jede Nacht gelöscht und ist nicht wiederherzustellen. Chats verschwinden samt Desktop und Dateien; sind es zu viele, dann die am längsten ungenutzten. Leer: der Wert in Grau.',
  names: {
    chats_days: 'Chats, in Tagen nach der letzten Nutzung',
    chats_per_person: 'Anzahl der Chats pro Person',
    audit_days: 'Prüfprotokoll, in Tagen',
    internet_log_days: 'Anfragen der Desktops, in Tagen',
  },
  nextTitle: 'Nächste Löschung',
  next: (date, what) => `Am ${date}: ${what}, falls bis dahin nichts genutzt oder geändert wird.`,
  nothing: 'nichts',
  chats: (count) => plural(count, 'Chat', 'Chats'),
  auditEntries: (count) => plural(count, 'Eintrag des Prüfprotokolls', 'Einträge des Prüfprotokolls'),
  internetRequests: (count) => plural(count, 'Anfrage von Desktops', 'Anfragen von Desktops'),
  sweepsTitle: 'Letzte Löschungen',
  noSweeps: 'Es gab noch keine.',
  underWay: 'läuft gerade',
};
