import { cleanup, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { ModelPicker } from './ModelPicker';
import { facts, list, problem, server, show, site, source, work, type Sent } from './models.fixture';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));
// jsdom has no layout.
Element.prototype.scrollIntoView = () => undefined;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const CHAT = { id: 'c1', model_choice: { connection: 'work-id', model: 'claude-opus-5-5' } };

async function open({ chat = CHAT as object, models = list as object, run = null as 'works' | 'waits' | null, answer = undefined as unknown } = {}) {
  const sent: Sent[] = [];
  const patched = answer ?? { ...chat, model_choice: { provider: 'anthropic', model: 'claude-haiku-4-5' } };
  vi.stubGlobal('fetch', server({ 'GET /chats/c1': chat, 'GET /models': models, 'PATCH /chats/c1': patched }, sent));
  const user = show(<ModelPicker chatId="c1" run={run} />);
  await user.click(await screen.findByRole('button', { name: /^Model of this chat/ }));
  await screen.findAllByRole('group');
  return { user, sent };
}
const options = () => screen.getAllByRole('option').map((option) => option.textContent);
const chosen = () => screen.getByRole('option', { selected: true }).textContent;
const field = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Search models' });
const active = () => document.getElementById(field().getAttribute('aria-activedescendant')!)?.textContent;
const asked = (sent: Sent[], model_choice: object | null) => waitFor(() => expect(sent).toEqual([['PATCH /chats/c1', { model_choice }]]));

test('it lists the models by source with what is known of them, and marks the chosen one', async () => {
  await open();
  expect(screen.getAllByRole('group').map((group) => group.firstElementChild!.textContent)).toEqual([
    'Work · your key',
    'Anthropic · for everybody',
    'Demo · for everybody',
  ]);
  expect(options()[0]).toBe('Use my default (claude-haiku-4-5)');
  expect(options()[1]).toMatch(/^Claude Opus 5\.5200K tokens of context · \$5\.00 in, \$25\.00 out/);
  expect(chosen()).toBe(options()[1]);
  expect(active()).toBe(chosen());
  expect(document.activeElement).toBe(field());
});

test('the keyboard alone searches and chooses', async () => {
  const { user, sent } = await open();
  await user.keyboard('haiku');
  expect(active()).toMatch(/^claude-haiku-4-5/);
  await user.keyboard('{ArrowDown}{ArrowUp}{Enter}');
  await asked(sent, { provider: 'anthropic', model: 'claude-haiku-4-5' });
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const chip = screen.getByRole('button', { name: 'Model of this chat: claude-haiku-4-5' });
  await waitFor(() => expect(document.activeElement).toBe(chip));
});

test('the default is chosen again', async () => {
  const { user, sent } = await open();
  await user.click(screen.getByRole('option', { name: /^Use my default/ }));
  await asked(sent, null);
});

test('an own server gets a model that it does not list', async () => {
  const { user, sent } = await open();
  await user.type(field(), ' claude-next ');
  await user.click(screen.getByRole('option', { name: 'Use “claude-next” with Work' }));
  await asked(sent, { connection: 'work-id', model: 'claude-next' });
});

test('what can’t be kept is said, and the list stays open', async () => {
  const { user } = await open({ answer: problem(422, 'model_unknown', 'There is no such model here.') });
  await user.click(screen.getByRole('option', { name: /^claude-haiku/ }));
  expect((await screen.findByRole('alert')).textContent).toBe('There is no such model here.');
  expect(chosen()).toMatch(/^Claude Opus/);
});

test('the problem of a source is shown with the way to the settings', async () => {
  await open({ models: { ...list, sources: [{ ...work, problem: 'The API key is lost.' }, site] } });
  expect(screen.getByRole('group', { name: /^Work.*The API key is lost\.$/ })).toBeTruthy();
  expect(screen.getByText('Keys and models').getAttribute('to')).toBe('/settings/models');
});

test('a model whose connection was deleted is said to be gone', async () => {
  await open({ chat: { id: 'c1', model_choice: { connection: 'gone', model: 'old' } } });
  expect(screen.getByText('old').closest('button')!.title).toBe('Model of this chat: old. old can’t be used any more. Choose another model.');
});

test.each([
  ['works', /keeps its model/],
  ['waits', /goes on with the model that you choose/],
] as const)('while a run %s, it says when the choice takes effect', async (run, expected) => {
  await open({ run });
  expect(screen.getByText(expected)).toBeTruthy();
});

test('nothing matches', async () => {
  const { user } = await open({ models: { ...list, sources: [source({ models: [facts('a')] })] }, chat: { id: 'c1', model_choice: null } });
  await user.type(field(), 'zzz');
  expect(screen.queryByRole('option')).toBeNull();
  expect(screen.getByText('No model matches.')).toBeTruthy();
});
