import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import { createElement, type ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { Chat } from '../api/types';
import { useNewChat } from './useNewChat';

const navigate = vi.fn();
vi.mock('@tanstack/react-router', () => ({ useNavigate: () => navigate }));
afterEach(() => vi.unstubAllGlobals());

const chat = (id: string, change: Partial<Chat> = {}): Chat => ({ id, title: '', created_at: '', updated_at: '', run_state: null, ...change });

test.each<[string, Chat[], string]>([
  ['an empty chat is used again', [chat('used', { title: 'Old', run_state: 'succeeded' }), chat('empty')], 'empty'],
  ['an empty chat that was renamed is not', [chat('renamed', { title: 'For later' })], 'new'],
  ['the first chat is made', [], 'new'],
])('%s', async (_name, chats, opened) => {
  vi.stubGlobal('fetch', async (_url: string, { method }: RequestInit) => Response.json(method === 'POST' ? chat('new') : chats));
  const wrapper = ({ children }: { children: ReactNode }) => createElement(QueryClientProvider, { client: new QueryClient() }, children);
  const { result } = renderHook(() => useNewChat(), { wrapper });
  act(() => result.current.mutate());
  await waitFor(() => expect(navigate).toHaveBeenLastCalledWith({ to: '/chats/$chatId', params: { chatId: opened } }));
});
