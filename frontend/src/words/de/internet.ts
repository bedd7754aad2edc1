import type { Catalogue } from '../catalogue';

export const internet: Catalogue['internet'] = {
  title: 'Internet',
  policyTitle: 'Was Desktops erreichen dürfen',
  policyBody: 'Es gilt sofort für alle Desktops. Für einen Chat kann man es weiter einschränken. Private Netze sind nie erreichbar.',
  policy: 'Desktops dürfen erreichen',
  modes: { all: 'Das ganze Internet', listed: 'Nur Webserver mit diesen Namen', none: 'Nichts' },
  names: 'Namen',
  namesHint: 'Ein Name pro Zeile, etwa example.com, oder *.example.com für alle darunter',
  unenforced: 'Die Desktops sind nicht abgeschottet (--uncontained) und erreichen, was dieser Server erreicht. Deshalb ist nur das ganze Internet wählbar.',
  logTitle: 'Anfragen der Desktops',
  logBody: 'Was Desktops vom Proxy verlangt haben, die neuesten zuerst. Ist das ganze Internet erlaubt, können Programme in Containern ihn umgehen.',
  refusedOnly: 'Nur abgelehnte Anfragen',
  host: 'Name des Servers',
  none: 'Es gibt keine.',
  refused: 'Abgelehnt',
  more: 'Weitere Anfragen',
};
