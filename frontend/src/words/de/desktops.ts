import type { Catalogue } from '../catalogue';
import { percent } from '../format';

export const desktops: Catalogue['desktops'] = {
  title: 'Desktops',
  runningTitle: 'Laufende Desktops',
  runningBody: 'Die Desktops, die gerade laufen, und was ihre Programme brauchen. Die Bilder sind einige Sekunden alt.',
  none: 'Es läuft kein Desktop.',
  screenOf: (name) => `Bildschirm des Desktops von ${name}`,
  noScreen: 'Kein Bild',
  states: { creating: 'Startet', ready: 'Bereit', paused: 'Pausiert', stopped: 'Aus', removed: 'Entfernt', failed: 'Ausgefallen' },
  since: (state, date) => `${state} seit ${date}`,
  memory: (bytes) => `${bytes} Arbeitsspeicher`,
  processor: (share) => `${percent(share)} eines Prozessors`,
  home: (bytes) => `${bytes} Dateien`,
  stop: 'Stoppen',
  stopLabel: (name) => `Desktop von ${name} stoppen`,
  stopTitle: (name) => `Desktop von ${name} stoppen?`,
  stopBody: 'Seine Programme werden beendet, und seine Aufgabe wird abgebrochen. Der Home-Ordner bleibt erhalten; die nächste Nachricht startet ihn wieder.',
  cancel: 'Abbrechen',
  more: 'Weitere Desktops',
};
