import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConversationHeader } from './ConversationHeader';
import { ChatRow } from '../chats/ChatRow';

vi.mock('@tanstack/react-router', () => ({ Link: 'a', useNavigate: () => vi.fn(), useParams: () => ({}) }));

const fetched = vi.fn<typeof fetch>();
const chat = { id: 'c1', title: 'Old', created_at: '', updated_at: '', run_state: null };

beforeEach(() => {
  fetched.mockReset().mockImplementation(async () => new Response('{}'));
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show(children: ReactNode) {
  render(<QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>);
  return userEvent.setup();
}
const field = () => screen.getByRole('textbox', { name: 'Chat title' });
const renamed = () => waitFor(() => expect(fetched).toHaveBeenCalledWith('/api/v1/chats/c1', expect.objectContaining({ body: '{"title":"日本"}' })));

test('the title above the conversation is saved with Enter, but not with that of an input method', async () => {
  const user = show(<ConversationHeader chat={chat} />);
  await user.clear(field());
  await user.type(field(), '日本');
  fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 });
  expect(document.activeElement).toBe(field());
  expect(fetched).not.toHaveBeenCalledWith('/api/v1/chats/c1', expect.anything());
  await user.type(field(), '{Enter}');
  await renamed();
});

test('the title in the list is saved with Enter, but not with that of an input method', async () => {
  const user = show(<ChatRow chat={chat} />);
  await user.click(screen.getByRole('button', { name: 'Actions for Old' }));
  await user.click(screen.getByRole('menuitem', { name: 'Rename' }));
  await user.clear(field());
  await user.type(field(), '日本');
  // A prevented Enter submits no form.
  expect(fireEvent.keyDown(field(), { key: 'Enter', keyCode: 229 })).toBe(false);
  await user.type(field(), '{Enter}');
  await renamed();
});
