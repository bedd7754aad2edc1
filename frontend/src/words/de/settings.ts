import type { Catalogue } from '../catalogue';

export const settings: Catalogue['settings'] = {
  title: 'Einstellungen',
  approvalTitle: 'Genehmigung',
  approvalBody: (name) =>
    `Vor welchen Schritten ${name} fragen muss, solange ein Chat keine eigene Einstellung hat. Den Bildschirm ansehen und warten geht immer ohne Genehmigung.`,
  askBefore: 'Genehmigung einholen',
  some: 'Nur vor …',
  localeTitle: 'Zeitzone und Sprache',
  localeBody: (name) =>
    `Die Uhr, die Programme und die Webseiten auf Ihren Desktops richten sich danach, und ${name} erfährt sie. Eine Änderung gilt dort ab Ihrer nächsten Nachricht; offene Programme behalten, was sie haben. Deskhand selbst wechselt die Sprache sofort.`,
  timeZone: 'Zeitzone',
  language: 'Sprache',
  translated: 'Desktop und Deskhand selbst',
  desktopOnly: 'Nur der Desktop',
  byBrowser: (name) => `Wie dieser Browser sagt (${name})`,
  themeTitle: 'Darstellung',
  themeBody: 'Wie Deskhand in diesem Browser aussieht.',
  usageTitle: 'Was Sie benutzen dürfen',
  usageBody: 'Was Sie davon benutzen. Die Administration kann ein Limit erhöhen.',
  usageNames: {
    desktops: 'Laufende Desktops',
    runs_today: 'Aufgaben heute (UTC)',
    disk_bytes: 'Dateien und Home-Ordner',
    microdollars_this_month: 'Kosten der Modelle in diesem Monat',
  },
  usedOf: (used, limit) => `${used} von ${limit}`,
  saved: 'Gespeichert',
};
