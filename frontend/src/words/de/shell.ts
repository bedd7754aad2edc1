import type { Catalogue } from '../catalogue';

export const shell: Catalogue['shell'] = {
  openSidebar: 'Seitenleiste öffnen',
  collapseSidebar: 'Seitenleiste einklappen',
  expandSidebar: 'Seitenleiste ausklappen',
  language: 'Sprache',
  theme: 'Farbschema',
  themes: { system: 'System', light: 'Hell', dark: 'Dunkel' },
  userMenu: 'Kontomenü',
  palette: 'Befehle',
  paletteHint: 'Chats und Aktionen suchen',
  paletteNone: 'Keine Treffer',
  paletteActions: 'Aktionen',
  paletteChats: 'Chats',
  close: 'Schließen',
  cancel: 'Abbrechen',
  loading: 'Wird geladen …',
  skip: 'Zum Inhalt springen',
};

export const shortcuts: Catalogue['shortcuts'] = {
  title: 'Tastaturkürzel',
  send: 'Senden',
  break: 'Neue Zeile',
  stop: 'Stoppen (zweimal drücken)',
  palette: 'Suche und Befehle',
  newChat: 'Neuer Chat',
  sidebar: 'Seitenleiste ein- oder ausklappen',
  show: 'Tastaturkürzel anzeigen',
  fullScreen: 'Vollbild (Desktop)',
  film: 'Voriger oder nächster Schritt (Bildfolge)',
  leave: 'Tastatur freigeben (beim Steuern)',
  waiting: 'Zur offenen Frage springen (leeres Feld)',
};
