import { cleanup, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import type { SpendingLimits } from '../api/types';
import { server, show, type Sent } from '../models/models.fixture';
import { LimitsPage } from './LimitsPage';

vi.mock('@tanstack/react-router', () => ({ Link: 'a' }));
vi.mock('./SettingsFrame', () => ({ SettingsFrame: ({ children }: { children: ReactNode }) => children }));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const LIMITS: SpendingLimits = {
  own: { dollars_per_run: 0.5 },
  allowed: { dollars_per_run: null, dollars_per_chat: null, dollars_per_day: 2.5, dollars_per_month: null },
  budgets: [
    { of: 'own', per: 'run', limit_microdollars: 500_000, used_microdollars: 0, left_microdollars: 500_000 },
    { of: 'person', per: 'day', limit_microdollars: 2_500_000, used_microdollars: 1_230_000, left_microdollars: 1_270_000 },
  ],
};

test('a person sees what is used of each limit, and sets their own', async () => {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', server({ 'GET /users/me/limits': LIMITS, 'PUT /users/me/limits': LIMITS }, sent));
  const user = show(<LimitsPage />);
  const day = await screen.findByLabelText<HTMLInputElement>('A day (UTC)');
  expect([screen.getByLabelText<HTMLInputElement>('Each run').value, day.placeholder]).toEqual(['0.5', '2.5']);
  const shown = screen.getAllByRole('definition').map((one) => one.textContent);
  expect(shown).toEqual(['$0.50', '$1.23 of $2.50']);
  await user.type(day, '1.25');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  const limits = { dollars_per_run: 0.5, dollars_per_chat: null, dollars_per_day: 1.25, dollars_per_month: null };
  await waitFor(() => expect(sent).toEqual([['PUT /users/me/limits', limits]]));
});
