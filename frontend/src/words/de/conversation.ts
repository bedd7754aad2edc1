import type { Catalogue } from '../catalogue';

export const conversation: Catalogue['conversation'] = {
  label: 'Unterhaltung',
  timeline: 'Nachrichten und Schritte',
  emptyTitle: 'Was soll ich auf diesem Computer tun?',
  emptyBody: 'Er hat einen Browser, ein Terminal, einen Texteditor und einen Dateimanager. Sie können jeden Schritt sehen und jederzeit übernehmen.',
  examples: 'Beispiele',
  taskDone: 'Erledigt',
  taskOpen: 'Offen',
  toEnd: 'Zum Neuesten',
  toWaiting: (name) => `${name} wartet auf Sie`,
  earlier: 'Frühere anzeigen',
  cut: 'Frühere Schritte sind nicht geladen.',
  lost: 'Verbindung unterbrochen. Wird wiederhergestellt …',
};
