import { cleanup, screen, waitFor, within } from '@testing-library/react';
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
/** Without the efforts. */
const listed = () => within(screen.getByRole('listbox', { name: 'Models' }));
const options = () => listed().getAllByRole('option').map((option) => option.textContent);
const chosen = () => listed().getByRole('option', { selected: true }).textContent;
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

const effort = () => screen.getByRole<HTMLSelectElement>('combobox', { name: 'Effort' });
const efforts = () => [...effort().options].map(({ text }) => text);
const haiku = { provider: 'anthropic', model: 'claude-haiku-4-5' };

test('the efforts that the model takes can be chosen, and the list stays open', async () => {
  const { user, sent } = await open({ answer: { ...CHAT, model_choice: { ...CHAT.model_choice, effort: 'high' } } });
  expect(efforts()).toEqual(['As the model decides', 'Low', 'Medium', 'High', 'Maximum']);
  expect(effort().selectedOptions[0]!.text).toBe('As the model decides');
  await user.selectOptions(effort(), 'High');
  await asked(sent, { ...CHAT.model_choice, effort: 'high' });
  await waitFor(() => expect(effort().value).toBe('high'));
  await user.keyboard('{Escape}');
  const button = await screen.findByRole('button', { name: 'Model of this chat: Claude Opus 5.5. Effort: High' });
  expect(button.textContent).toBe('Claude Opus 5.5 · High');
});

test('the model may decide by itself again', async () => {
  const { user, sent } = await open({ chat: { id: 'c1', model_choice: { ...CHAT.model_choice, effort: 'max' } } });
  expect(effort().value).toBe('max');
  await user.selectOptions(effort(), 'As the model decides');
  await asked(sent, CHAT.model_choice);
});

test('with an effort, the model of the default becomes that of the chat', async () => {
  const models = { ...list, default: { connection: 'work-id', model: 'claude-opus-5-5' } };
  const { user, sent } = await open({ models, chat: { id: 'c1', model_choice: null } });
  await user.selectOptions(effort(), 'Low');
  await asked(sent, { connection: 'work-id', model: 'claude-opus-5-5', effort: 'low' });
});

test('a model that takes no effort has none to choose', async () => {
  await open({ chat: { id: 'c1', model_choice: haiku } });
  expect(screen.queryByRole('combobox', { name: 'Effort' })).toBeNull();
});

test('an effort that was set elsewhere is shown, although the model is not known to take it', async () => {
  await open({ chat: { id: 'c1', model_choice: { connection: 'work-id', model: 'claude-next', effort: 'xhigh' } } });
  expect(efforts()).toEqual(['As the model decides', 'Very high']);
  expect(effort().value).toBe('xhigh');
});

test.each([
  ['stays with another model that takes it', 'high', /^Claude Opus 5\.5/, { provider: 'anthropic', model: 'claude-opus-5-5', effort: 'high' }],
  ['is left out for one that does not', 'high', /^claude-haiku/, haiku],
] as const)('the effort %s', async (_, before, name, expected) => {
  const { user, sent } = await open({ chat: { id: 'c1', model_choice: { ...CHAT.model_choice, effort: before } } });
  await user.click(screen.getAllByRole('option', { name }).at(-1)!);
  await asked(sent, expected);
});

test('the effort stays when the model is chosen once more', async () => {
  const chat = { id: 'c1', model_choice: { connection: 'work-id', model: 'claude-next', effort: 'xhigh' } };
  const { user, sent } = await open({ chat });
  await user.type(field(), 'claude-next');
  await user.click(screen.getByRole('option', { name: 'Use “claude-next” with Work' }));
  await asked(sent, chat.model_choice);
});

test('the limits of the chat are opened from the list', async () => {
  const onLimits = vi.fn();
  vi.stubGlobal('fetch', server({ 'GET /chats/c1': CHAT, 'GET /models': list }, []));
  const user = show(<ModelPicker chatId="c1" run={null} onLimits={onLimits} />);
  await user.click(await screen.findByRole('button', { name: /^Model of this chat/ }));
  await user.click(await screen.findByRole('button', { name: 'Limits…' }));
  expect(onLimits).toHaveBeenCalledOnce();
  expect(screen.queryByRole('listbox', { name: 'Models' })).toBeNull();
});
