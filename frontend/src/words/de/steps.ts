import type { Catalogue } from '../catalogue';
import { firstSentence, plural } from '../format';

export const steps: Catalogue['steps'] = {
  pausingNow: 'Pausiert nach diesem Schritt',
  thinking: 'Denkt nach',
  thoughtFor: (time) => `${time} nachgedacht`,
  thought: 'Nachgedacht',
  working: 'Arbeitet',
  reading: 'Wartet auf das Modell, das noch liest',
  starting: 'Bereitet sich vor',
  retrying: (reason, seconds) =>
    `${firstSentence(reason)} ${seconds > 0 ? `Nächster Versuch in ${plural(seconds, 'Sekunde', 'Sekunden')} …` : 'Nächster Versuch …'}`,
  count: (count, time) => [plural(count, 'Schritt', 'Schritte'), time].filter(Boolean).join(' · '),
  failedCount: (count) => `${count} fehlgeschlagen`,
  showScreen: 'Bildschirm nach diesem Schritt zeigen',
  moreLines: (count) => `Alle ${count} Zeilen zeigen`,
  fewerLines: 'Weniger zeigen',
  failed: 'Fehlgeschlagen',
  notAfterFailed: 'Übersprungen: Ein früherer Schritt ist fehlgeschlagen',
  notAfterDenied: 'Übersprungen: Ein früherer Schritt wurde abgelehnt',
  notReached: 'Nicht begonnen',
  interrupted: 'Unterbrochen. Vielleicht ist der Schritt nicht fertig geworden.',
  inProgress: 'Läuft',
  notices: {
    desktop_replaced: 'Der Desktop wurde neu gestartet. Offene Programme wurden geschlossen.',
    upload_not_delivered: 'Eine Datei konnte nicht auf den Desktop geschrieben werden.',
    upload_not_shown: 'Eine Datei wird dem Modell nicht gezeigt.',
    output_not_collected: 'Eine Datei bleibt nur auf dem Desktop.',
  },
};

export const takeover: Catalogue['takeover'] = {
  title: 'Sie haben übernommen',
  nothing: 'keine Aktionen',
  unknown: 'der Desktop ist weg, daher sind Ihre Aktionen unbekannt',
  leftOut: (count) => `${plural(count, 'früherer Schritt', 'frühere Schritte')} nicht gezeigt`,
  steps: (count) => plural(count, 'Schritt', 'Schritte'),
  typed: (count) => `${plural(count, 'Zeichen', 'Zeichen')} getippt`,
  copied: (count) => `${plural(count, 'Zeichen', 'Zeichen')} in die Zwischenablage kopiert`,
  screenAlt: 'Der Bildschirm, als Sie zurückgegeben haben',
};
