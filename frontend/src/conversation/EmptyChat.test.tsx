import { cleanup, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { demo, server, show, work } from '../models/models.fixture';
import { EmptyChat } from './EmptyChat';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('where there is nothing but the demo, a key can be added, or the demo tried', async () => {
  vi.stubGlobal('fetch', server({ 'GET /models': { default: null, sources: [demo] } }));
  const onExample = vi.fn();
  const user = show(<EmptyChat examples={['run `ls`', 'take a screenshot']} onExample={onExample} />);
  expect((await screen.findByText('Add a key')).getAttribute('to')).toBe('/settings/models');
  await user.click(screen.getByRole('button', { name: 'Try the demo' }));
  expect(onExample).toHaveBeenCalledExactlyOnceWith('run `ls`');
});

test('where there is a model, nothing of this is shown', async () => {
  const asked = vi.fn(server({ 'GET /models': { default: null, sources: [demo, work] } }));
  vi.stubGlobal('fetch', asked);
  show(<EmptyChat examples={[]} onExample={vi.fn()} />);
  await vi.waitFor(() => expect(asked).toHaveBeenCalled());
  expect(screen.queryByText('Add a key')).toBeNull();
});
