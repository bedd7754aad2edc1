import { expect, test } from 'vitest';
import { expectAccessible, expectFits } from './browser';
import { setUp } from './harness';

const harness = setUp();

/** Creates a chat, and opens it. */
async function openChat({ page }: Awaited<ReturnType<typeof harness.enter>>, body: object) {
  const origin = new URL(page.url()).origin;
  const made = await page.request.post('/api/v1/chats?wait=60', { data: body, headers: { origin } });
  const { id } = await made.json();
  await page.goto(`/chats/${id}`);
  return id as string;
}

test('people set limits for themselves, in cents', async () => {
  const { page, close } = await harness.enter();
  await page.goto('/settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Limits' }).click();
  await page.getByLabel('Each run').fill('0.25');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('your own limit of a run').waitFor();
  expect(await page.getByRole('definition').textContent()).toBe('$0.25');
  await page.reload();
  await expect.poll(() => page.getByLabel('Each run').inputValue()).toBe('0.25');
  await expectAccessible(page);
  await page.getByLabel('Each run').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('There are none.').waitFor();
  await close();
});

test('a chat shows what it has cost, and has limits of its own', async () => {
  const entered = await harness.enter();
  const { page, close } = entered;
  const id = await openChat(entered, { initial_message: 'say "hello"' });
  await page.getByRole('button', { name: /^Actions for/ }).last().click();
  await page.getByRole('menuitem', { name: 'Limits…' }).click();
  await page.getByRole('dialog').getByLabel('Whole chat, in dollars').fill('0.5');
  await page.getByRole('dialog').getByLabel('Steps of each run').fill('101');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog').getByText('1 to 100 steps').waitFor();
  await page.getByRole('dialog').getByLabel('Steps of each run').fill('40');
  await expectAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status', { name: /This chat has cost \$0\.00 so far.*\$0\.50 left of: limit of this chat/ }).waitFor();
  const chat = await (await page.request.get(`/api/v1/chats/${id}`)).json();
  expect(chat.limits).toEqual({ max_cost_usd: 0.5, max_turns: 40 });
  await close();
});

test.each([
  ['light', 360],
  ['dark', 1440],
] as const)('the pages fit: %s, %i px', async (theme, width) => {
  const { page, close } = await harness.enter({ theme, width, touch: width < 768 });
  await page.route('**/api/v1/users/me/limits', (route) =>
    route.fulfill({
      json: {
        own: { dollars_per_run: 0.5 },
        allowed: { dollars_per_run: null, dollars_per_chat: null, dollars_per_day: 2.5, dollars_per_month: 50 },
        budgets: [
          { of: 'own', per: 'run', limit_microdollars: 500_000, used_microdollars: 0, left_microdollars: 500_000 },
          { of: 'person', per: 'day', limit_microdollars: 2_500_000, used_microdollars: 1_230_000, left_microdollars: 1_270_000 },
        ],
      },
    }),
  );
  await page.goto('/settings/limits');
  await page.getByText('your limit of a day').waitFor();
  await expectFits(page, `limits-${theme}-${width}`);
  await close();
});
