import { afterEach, expect, test } from 'vitest';
import type { Action, Tool } from '../api/types';
import { waitingStep } from '../timeline/steps';
import type { Step, StepState } from '../timeline/types';
import { showLanguage, words } from '../words';
import { describeStep, requestOf, sentence, target } from './describe';

const step = (tool: Tool, state: StepState = 'done'): Step => ({ ...waitingStep({ call_id: 'a', tool }), state });
const computer = (action: Action): Tool => ({ tool: 'computer', action });

test.each<[Tool, string]>([
  [computer({ type: 'screenshot' }), 'Took a screenshot'],
  [computer({ type: 'click', button: 'left', count: 1, at: { x: 200, y: 300 } }), 'Clicked at 200, 300'],
  [computer({ type: 'click', button: 'left', count: 2 }), 'Double-clicked'],
  [computer({ type: 'click', button: 'right', count: 1, at: { x: 1, y: 2 }, modifiers: ['ctrl', 'shift'] }), 'Right-clicked at 1, 2 with ctrl+shift'],
  [computer({ type: 'drag', from: { x: 1, y: 2 }, to: { x: 3, y: 4 } }), 'Dragged from 1, 2 to 3, 4'],
  [computer({ type: 'scroll', direction: 'down', clicks: 5 }), 'Scrolled down 5'],
  [computer({ type: 'type', text: 'echo hello\nls\n' }), 'Typed echo hello ⏎ ls'],
  [computer({ type: 'key', chord: 'ctrl+s', repeat: 1 }), 'Pressed ctrl+s'],
  [computer({ type: 'key', chord: 'Down', repeat: 3 }), 'Pressed Down × 3'],
  [computer({ type: 'key', chord: 'Down Down Return', repeat: 2 }), 'Pressed Down Down Return × 2'],
  [computer({ type: 'wait', duration_ms: 2000 }), 'Waited 2.0 s'],
  [{ tool: 'shell', command: 'ls -la' }, 'Ran ls -la'],
  [{ tool: 'shell', restart: true }, 'Restarted the shell'],
  [{ tool: 'open', app: 'terminal' }, 'Opened the terminal'],
  [{ tool: 'open', app: 'browser', argument: 'https://example.org' }, 'Opened https://example.org in the browser'],
  [{ tool: 'editor', edit: { command: 'view', path: '/home/desktop/a.txt' } }, 'Read /home/desktop/a.txt'],
  [{ tool: 'editor', edit: { command: 'create', path: 'a.txt', file_text: 'x' } }, 'Wrote a.txt'],
  [{ tool: 'editor', edit: { command: 'insert', path: 'a.txt', insert_line: 0, insert_text: 'x' } }, 'Edited a.txt'],
  [{ tool: 'editor', edit: { command: 'undo_edit', path: 'a.txt' } }, 'Undid the last edit to a.txt'],
  [{ tool: 'ask', question: 'Which one?' }, 'Asked Which one?'],
  [{ tool: 'invalid', name: 'fly', problem: 'unknown' }, 'Couldn’t use fly'],
])('%j reads "%s"', (tool, expected) => {
  expect(sentence(describeStep(step(tool)))).toBe(expected);
});

test.each<[StepState, string]>([
  ['waiting', 'Run ls'],
  ['running', 'Running ls'],
  ['done', 'Ran ls'],
  ['failed', 'Ran ls'],
  ['interrupted', 'Ran ls'],
  ['not_executed', 'Run ls'],
])('a step that is %s reads "%s"', (state, expected) => {
  expect(sentence(describeStep(step({ tool: 'shell', command: 'ls' }, state)))).toBe(expected);
});

test.each<[Tool, unknown]>([
  [computer({ type: 'click', button: 'left', count: 1, at: { x: 5, y: 6 } }), { x: 5, y: 6 }],
  [computer({ type: 'drag', to: { x: 7, y: 8 } }), { x: 7, y: 8 }],
  [computer({ type: 'type', text: 'x' }), null],
  [{ tool: 'shell', command: 'ls' }, null],
])('%j aims at %j', (tool, expected) => {
  expect(target(step(tool))).toEqual(expected);
});

test.each<[Tool, string]>([
  [{ tool: 'shell', command: 'ls' }, 'run this command'],
  [{ tool: 'shell', restart: true }, 'restart the shell'],
  [{ tool: 'open', app: 'terminal' }, 'open the terminal'],
  [{ tool: 'open', app: 'browser', argument: 'https://example.org' }, 'open this in the browser'],
  [{ tool: 'editor', edit: { command: 'insert', path: 'a.txt', insert_line: 0, insert_text: 'x' } }, 'edit this file'],
  [computer({ type: 'type', text: 'x' }), 'type this'],
  [computer({ type: 'key', chord: 'Return', repeat: 1 }), 'press Return'],
  [computer({ type: 'click', button: 'left', count: 2, at: { x: 1, y: 2 } }), 'double-click here'],
  [computer({ type: 'click', button: 'left', count: 1 }), 'click'],
])('%j asks for permission to %s', (tool, expected) => {
  expect(requestOf(step(tool))).toBe(expected);
});

afterEach(() => showLanguage('en'));

test.each<[locale: string, Tool, says: string, asks: string]>([
  ['de', { tool: 'shell', command: 'ls' }, 'Ausgeführt: ls', 'Darf Ada diesen Befehl ausführen?'],
  ['de', { tool: 'open', app: 'browser' }, 'Geöffnet: Browser', 'Darf Ada das Programm Browser öffnen?'],
  ['de', { tool: 'open', app: 'browser', argument: 'a.org' }, 'Geöffnet: a.org im Browser', 'Darf Ada das im Browser öffnen?'],
  ['de', { tool: 'editor', edit: { command: 'view', path: 'a.txt' } }, 'Gelesen: a.txt', 'Darf Ada diese Datei lesen?'],
  ['de', computer({ type: 'key', chord: 'Return', repeat: 1 }), 'Gedrückt: Return', 'Darf Ada Return drücken?'],
  ['de', computer({ type: 'click', button: 'left', count: 2, at: { x: 5, y: 6 } }), 'Doppelt geklickt bei 5, 6', 'Darf Ada hier doppelklicken?'],
  ['de', computer({ type: 'scroll', direction: 'down', clicks: 5, at: { x: 5, y: 6 } }), 'Gescrollt nach unten, 5', 'Darf Ada hier nach unten scrollen?'],
  ['de', computer({ type: 'wait', duration_ms: 2000 }), 'Gewartet: 2,0 s', 'Darf Ada 2,0 s warten?'],
  ['pt-BR', { tool: 'shell', command: 'ls' }, 'Executou ls', 'Ada pode executar este comando?'],
  ['pt-BR', { tool: 'open', app: 'browser' }, 'Abriu o navegador', 'Ada pode abrir o navegador?'],
  ['pt-BR', { tool: 'editor', edit: { command: 'create', path: 'a.txt', file_text: '' } }, 'Gravou a.txt', 'Ada pode gravar este arquivo?'],
  ['pt-BR', computer({ type: 'key', chord: 'Return', repeat: 1 }), 'Pressionou Return', 'Ada pode pressionar Return?'],
  ['pt-BR', computer({ type: 'click', button: 'right', count: 1, at: { x: 5, y: 6 } }), 'Clicou com o botão direito em 5, 6', 'Ada pode clicar com o botão direito aqui?'],
  ['pt-BR', computer({ type: 'wait', duration_ms: 2000 }), 'Esperou 2,0 s', 'Ada pode esperar 2,0 s?'],
])('in %s %j is a sentence of the language', async (locale, tool, says, asks) => {
  await showLanguage(locale);
  expect(sentence(describeStep(step(tool)))).toBe(says);
  expect(words.approval.title('Ada', requestOf(step(tool)))).toBe(asks);
});
