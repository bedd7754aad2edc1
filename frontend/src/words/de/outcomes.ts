import type { Catalogue } from '../catalogue';
import { money, plural } from '../format';

export const outcomes: Catalogue['outcomes'] = {
  pausedTitle: 'Pausiert',
  pausedBody: (name) => `${name} pausiert, bis Sie fortsetzen.`,
  preempted: (name) => `Sie steuern. ${name} macht weiter, wenn Sie zurückgeben.`,
  resume: 'Fortsetzen',
  resuming: 'Wird fortgesetzt …',
  stop: 'Stoppen',
  superseded: 'Sie haben stattdessen eine Nachricht gesendet',
  forked: 'Von einem anderen Chat abgezweigt. Dieser Chat hat einen eigenen, frischen Desktop.',
  runAgain: 'Hier neu ausführen',
  usage: (steps, time, money) => [steps > 0 ? plural(steps, 'Schritt', 'Schritte') : '', time, money].filter(Boolean).join(' · '),
  tokens: (count) => plural(count, 'Token', 'Token'),
  money: (microdollars) => (microdollars < 10_000 ? `unter ${money(10_000)}` : money(microdollars)),
  failedTitle: 'Etwas ist schiefgegangen',
  failedBody: 'Versuchen Sie es noch einmal, oder sagen Sie, was anders sein soll.',
  limitTitle: 'Limit erreicht',
  limitBody: (name) => `${name} hat das Limit für eine Aufgabe erreicht. Fahren Sie fort, um weiterzumachen.`,
  cancelled: 'Gestoppt',
  retry: 'Noch einmal versuchen',
  continue: 'Fortfahren',
};
