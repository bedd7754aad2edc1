import type { Catalogue } from '../catalogue';
import { verb } from './verb';

const CLICKS = [
  verb('Geklickt', 'Klickt', 'Klicken', 'klicken'),
  verb('Doppelt geklickt', 'Klickt doppelt', 'Doppelklicken', 'doppelklicken'),
  verb('Dreifach geklickt', 'Klickt dreifach', 'Dreifach klicken', 'dreifach klicken'),
];

export const actions: Catalogue['actions'] = {
  clicked: (button, count) => {
    if (button === 'right') return verb('Rechts geklickt', 'Klickt rechts', 'Rechtsklicken', 'rechtsklicken');
    if (button === 'middle') return verb('Mit der mittleren Taste geklickt', 'Klickt mit der mittleren Taste', 'Mit der mittleren Taste klicken', 'mit der mittleren Taste klicken');
    return CLICKS[Math.min(count, CLICKS.length) - 1] ?? CLICKS[0]!;
  },
  dragged: verb('Gezogen', 'Zieht', 'Ziehen', 'ziehen'),
  scrolled: verb('Gescrollt', 'Scrollt', 'Scrollen', 'scrollen'),
  typed: verb('Getippt:', 'Tippt:', 'Tippen:', 'tippen'),
  pressed: verb('Gedrückt:', 'Drückt:', 'Drücken:', 'drücken'),
  directions: { up: 'nach oben', down: 'nach unten', left: 'nach links', right: 'nach rechts' },
  point: (x, y) => `${x}, ${y}`,
  at: (x, y) => `bei ${x}, ${y}`,
  to: (point) => `nach ${point}`,
  fromTo: (from, to) => `von ${from} nach ${to}`,
  scrolledBy: (direction, clicks) => `${direction}, ${clicks}`,
  with: (modifiers) => (modifiers.length > 0 ? `mit ${modifiers.join('+')}` : ''),
  times: (chord, count) => (count > 1 ? `${chord} × ${count}` : chord),
};
