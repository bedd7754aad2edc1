import type { Catalogue } from '../catalogue';
import { list, plural } from '../format';

/** In the middle of a sentence. */
const inside = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

export const approval: Catalogue['approval'] = {
  effects: {
    pointing: 'Maus benutzen',
    typing: 'Tippen',
    submitting: 'Eingabetaste drücken',
    shell: 'Befehle ausführen',
    editing: 'Dateien schreiben',
    navigating: 'Programme und Websites öffnen',
  },
  title: (name, what) => `Darf ${name} ${what}?`,
  announced: (name, what) => `${name} braucht Ihre Genehmigung: ${what}`,
  whyPolicy: 'Für solche Schritte verlangen Sie eine Genehmigung.',
  whyVendor: (reason) =>
    reason ? `Der Anbieter des Modells verlangt Ihre Bestätigung: ${reason}` : 'Der Anbieter des Modells verlangt für diesen Schritt Ihre Bestätigung.',
  then: (count) => `${plural(count, 'weiterer Schritt wartet', 'weitere Schritte warten')}.`,
  approve: 'Genehmigen',
  deny: 'Ablehnen',
  denyLabel: 'Was soll stattdessen geschehen? (optional)',
  denySend: 'Ablehnen',
  back: 'Zurück',
  allow: 'In diesem Chat immer erlauben',
  allowHint: (effects) => `Genehmigen und in diesem Chat nicht mehr fragen vor: ${list(effects)}`,
  where: 'Wo auf dem Bildschirm',
  approvedByYou: 'Von Ihnen genehmigt',
  approvedByOther: 'Von jemand anderem genehmigt',
  deniedByYou: 'Von Ihnen abgelehnt',
  deniedByOther: 'Von jemand anderem abgelehnt',
  because: (outcome, reason) => `${outcome}: „${reason}“`,
  awaited: 'Wartet auf Ihre Genehmigung',
  notGiven: 'Nicht genehmigt',
  denied: (count) => `${count} abgelehnt`,
  chipLabel: (policy) => `Genehmigung in diesem Chat: ${policy}`,
  never: 'Fragt nie',
  always: 'Fragt vor jedem Schritt',
  one: (effect) => `Fragt vor: ${effect}`,
  some: (count) => `Fragt vor ${plural(count, 'Art von Schritt', 'Arten von Schritten')}`,
  menuTitle: 'Genehmigung einholen',
  menuKinds: 'Nur vor',
  nothing: 'Nie',
  everything: 'Vor jedem Schritt',
  asDefault: (policy) => `Wie in meinen Einstellungen (${inside(policy)})`,
};

export const question: Catalogue['question'] = {
  title: (name) => `${name} hat eine Frage`,
  announced: (name, question) => `${name} fragt: ${question}`,
  choices: 'Vorgeschlagene Antworten',
  label: 'Ihre Antwort',
  labelOther: 'Oder tippen Sie eine andere Antwort',
  send: 'Antworten',
  answered: 'Ihre Antwort',
  unanswered: 'Nicht beantwortet',
};
