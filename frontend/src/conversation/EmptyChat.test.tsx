import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { modelsQuery } from '../api/models';
import { demo, server, show, testClient, work } from '../models/models.fixture';
import { EmptyChat } from './EmptyChat';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('where there is nothing but the demo, a key can be added, or the demo tried', async () => {
  vi.stubGlobal('fetch', server({ 'GET /models': { own_keys_allowed: true, sources: [demo] } }));
  const onExample = vi.fn();
  const user = show(<EmptyChat examples={['run `ls`', 'take a screenshot']} onExample={onExample} />);
  expect((await screen.findByText('Add a key')).getAttribute('to')).toBe('/settings/models');
  await user.click(screen.getByRole('button', { name: 'Try the demo' }));
  expect(onExample).toHaveBeenCalledExactlyOnceWith('run `ls`');
});

test('where there is a model, nothing of this is shown', async () => {
  const client = testClient();
  client.setQueryData(modelsQuery.queryKey, { installation_fallbacks: [], own_keys_allowed: true, sources: [demo, work] });
  vi.stubGlobal('fetch', server({ 'GET /models': { installation_fallbacks: [], own_keys_allowed: true, sources: [demo, work] } }));
  show(<EmptyChat examples={[]} onExample={vi.fn()} />, client);
  expect(screen.queryByText('Add a key')).toBeNull();
});

test('where nobody may add a key, none is asked for', async () => {
  const client = testClient();
  const list = { installation_fallbacks: [], own_keys_allowed: false, sources: [demo] };
  client.setQueryData(modelsQuery.queryKey, list);
  vi.stubGlobal('fetch', server({ 'GET /models': list }));
  show(<EmptyChat examples={['run `ls`']} onExample={vi.fn()} />, client);
  expect(screen.queryByText('Add a key')).toBeNull();
  expect(screen.getByText('run `ls`')).toBeTruthy();
});
