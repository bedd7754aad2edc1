import { cleanup, screen, within } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { modelsQuery } from '../api/models';
import type { ModelChoice } from '../api/types';
import { FallbackList } from './FallbackList';
import { moved, replaced } from './fallbacks';
import { list, server, show, testClient } from './models.fixture';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));
// jsdom has no layout.
Element.prototype.scrollIntoView = () => undefined;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const own: ModelChoice = { connection: 'work-id', model: 'claude-opus-5-5' };
const haiku: ModelChoice = { provider: 'anthropic', model: 'claude-haiku-4-5' };
const demo: ModelChoice = { provider: 'demo', model: 'demo' };

function open(first: ModelChoice[], kept: (fallbacks: ModelChoice[]) => void = () => undefined, forEverybody = false) {
  vi.stubGlobal('fetch', server({ 'GET /models': list }));
  function Kept() {
    const [fallbacks, setFallbacks] = useState(first);
    const onChange = (changed: ModelChoice[], done: () => void) => {
      setFallbacks(changed);
      kept(changed);
      done();
    };
    return <FallbackList fallbacks={fallbacks} forEverybody={forEverybody} error={null} saved={false} onChange={onChange} />;
  }
  const client = testClient();
  client.setQueryData(modelsQuery.queryKey, list);
  return show(<Kept />, client);
}

const names = () => screen.queryAllByRole('listitem').map((item) => within(item).getAllByRole('button')[0]!.getAttribute('aria-label'));

test('a model is moved, which is told, and the first can’t go up', async () => {
  const kept = vi.fn();
  const user = open([own, haiku], kept);
  await screen.findByRole('button', { name: 'Change Claude Opus 5.5' });
  expect(screen.getByRole('button', { name: 'Move Claude Opus 5.5 up' }).hasAttribute('disabled')).toBe(true);
  await user.click(screen.getByRole('button', { name: 'Move claude-haiku-4-5 up' }));
  expect(kept).toHaveBeenLastCalledWith([haiku, own]);
  expect(names()).toEqual(['Change claude-haiku-4-5', 'Change Claude Opus 5.5']);
  expect(screen.getByRole('status').textContent).toBe('claude-haiku-4-5 is now number 1.');
});

test('a model is moved by the keyboard', async () => {
  const user = open([own, haiku, demo]);
  (await screen.findByRole('button', { name: 'Move Claude Opus 5.5 down' })).focus();
  await user.keyboard('{Enter}');
  expect(names()[1]).toBe('Change Claude Opus 5.5');
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Move Claude Opus 5.5 down');
  await user.keyboard('{Enter}');
  expect(names()[2]).toBe('Change Claude Opus 5.5');
});

test('models are added until there are three, each once', async () => {
  const kept = vi.fn();
  const user = open([haiku], kept);
  const add = async (option: RegExp, which = 0) => {
    await user.click(await screen.findByRole('button', { name: 'Add a model' }));
    await user.click((await screen.findAllByRole('option', { name: option }))[which]!);
  };
  await add(/haiku/);
  expect(kept).not.toHaveBeenCalled();
  await add(/Opus/);
  await add(/demo/i);
  expect(kept).toHaveBeenLastCalledWith([haiku, own, demo]);
  expect(screen.queryByRole('button', { name: 'Add a model' })).toBeNull();
  expect(screen.getByText(/^That is all/)).toBeTruthy();
});

test('a model is removed, and without one it is said that none goes on', async () => {
  const user = open([haiku]);
  await user.click(await screen.findByRole('button', { name: 'Remove claude-haiku-4-5' }));
  expect(screen.queryByRole('listitem')).toBeNull();
  expect(screen.getByText('No model goes on yet.')).toBeTruthy();
});

test('for everybody, no model of somebody’s own is offered', async () => {
  const user = open([], undefined, true);
  await user.click(await screen.findByRole('button', { name: 'Add a model' }));
  expect((await screen.findAllByRole('option')).length).toBe(3);
});

test('moving over an end changes nothing, and a model replaces the one at its place', () => {
  expect(moved([own, haiku], 0, -1)).toEqual([own, haiku]);
  expect(moved([own, haiku], 1, -1)).toEqual([haiku, own]);
  expect(replaced([own, haiku], 0, demo)).toEqual([demo, haiku]);
  expect(replaced([own], 1, demo)).toEqual([own, demo]);
});
