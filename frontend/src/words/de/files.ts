import type { Catalogue } from '../catalogue';
import { percent } from '../format';

export const files: Catalogue['files'] = {
  title: 'Dateien',
  none: 'Noch keine Dateien',
  noneHint: 'Hier erscheinen Dateien, die Sie anhängen oder die in Outputs oder Downloads gespeichert werden.',
  download: 'Herunterladen',
  downloadAll: 'Alle herunterladen',
  fromYou: 'Von Ihnen',
  fromDesktop: 'Vom Desktop',
  reallyIs: (type) => `tatsächlich ${type}`,
  close: 'Dateien schließen',
  savedFiles: 'Gespeicherte Dateien',
  ofChat: 'Dieses Chats',
  home: 'Auf dem Desktop',
  views: 'Welche Dateien',
};

export const link: Catalogue['link'] = {
  label: 'Link',
  copy: 'Link kopieren',
  copied: 'Kopiert',
  copyFailed: 'Markieren Sie den Link und kopieren Sie ihn selbst.',
};

export const share: Catalogue['share'] = {
  share: (name) => `${name} teilen`,
  title: (name) => `${name} teilen`,
  body: 'Wer den Link hat, kann die Datei ohne Konto herunterladen, bis er abläuft.',
  validFor: 'Gültig für',
  durations: { 3600: 'eine Stunde', 86_400: 'einen Tag', 604_800: 'eine Woche', 2_592_000: '30 Tage' },
  create: 'Link erstellen',
  until: (time) => `Gilt bis ${time} und solange die Datei hier ist.`,
  end: 'Alle Links zu dieser Datei beenden',
  ended: 'Alle Links zu dieser Datei sind beendet.',
};

export const home: Catalogue['home'] = {
  root: 'Home',
  path: 'Ordner',
  empty: 'Dieser Ordner ist leer',
  dropHint: 'Legen Sie Dateien hier ab, um sie auf den Desktop zu bringen.',
  dropNow: 'Zum Hochladen hier ablegen',
  upload: 'Dateien hochladen',
  refresh: 'Aktualisieren',
  hidden: 'Versteckte Dateien anzeigen',
  more: 'Mehr anzeigen',
  openFolder: 'Ordner öffnen:',
  link: 'Verknüpfung',
  special: 'Spezialdatei',
  uploading: (name, share) => `${name}: ${percent(share)}`,
  uploaded: (name) => `${name} ist auf dem Desktop`,
  exists: (name) => `Es gibt schon eine Datei mit dem Namen ${name}.`,
  replace: 'Ersetzen',
  dismiss: 'Ausblenden',
};
