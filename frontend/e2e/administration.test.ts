import { expect, test } from 'vitest';
import { expectFits } from './browser';
import { setUp } from './harness';

const harness = setUp();

const LOOKS = [
  ['light', 360],
  ['dark', 360],
  ['light', 768],
  ['light', 1440],
  ['dark', 1440],
] as const;

/** Requests of desktops, of which none is made without a network. */
const requests = [
  { id: 3, chat_id: '1', user_id: '1', username: 'ada', host: 'a-rather-long-name-of-a-server.in-a-domain.example.com', port: 443, refused: null, created_at: '2026-11-30T08:15:00Z' },
  { id: 2, chat_id: '1', user_id: '1', username: 'ada', host: 'example.org', port: 22, refused: 'Port 22 is none of a web server.', created_at: '2026-11-30T08:14:00Z' },
];

const sweeps = {
  next_at: '2026-12-01T03:00:00Z',
  due: { chats: 12, audit_entries: 340, internet_requests: 1 },
  sweeps: [{ day: '2026-11-30', finished_at: '2026-11-30T03:00:04Z', chats: 3, audit_entries: 0, internet_requests: 1200 }],
};

test.each(LOOKS)('the pages fit and are accessible: %s, %i px', async (theme, width) => {
  const { page, close } = await harness.enter({ theme, width, touch: width < 768 });
  await page.request.post('/api/v1/chats?wait=60', { data: { initial_message: 'say "hello"' }, headers: { origin: new URL(page.url()).origin } });
  await page.route('**/api/v1/admin/internet/requests?*', (route) => route.fulfill({ json: requests }));
  await page.route('**/api/v1/admin/retention', (route) => route.fulfill({ json: sweeps }));
  for (const [path, text] of [
    ['runs', 'Runs of everybody'],
    ['internet', 'Port 22'],
    ['retention', '12 chats'],
  ] as const) {
    await page.goto(`/admin/${path}`);
    await page.getByText(text).first().waitFor();
    if (path === 'runs') {
      await page.getByLabel('Which runs').selectOption('Ended');
      await page.getByText('Done').first().waitFor();
    }
    await expectFits(page, `${path}-${theme}-${width}`);
  }
  await close();
});

test('the administrator cancels a run', async () => {
  const { page, close } = await harness.enter();
  await page.request.post('/api/v1/chats', { data: { initial_message: 'wait 100 seconds' }, headers: { origin: new URL(page.url()).origin } });
  await page.goto('/admin/runs');
  await page.getByRole('button', { name: 'Cancel ada’s run' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel run' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('There are none.').waitFor();
  await page.getByLabel('Which runs').selectOption('Ended');
  await page.getByText('Cancelled').first().waitFor();
  await close();
});

test('the administrator says what desktops may reach, and how long things are kept', async () => {
  const { page, close } = await harness.enter();
  await page.goto('/admin/internet');
  await page.getByLabel('Only web servers with these names').check();
  await page.getByLabel('Names', { exact: true }).fill('http://example.com');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').getByText('http://example.com').waitFor();
  await page.getByLabel('Names', { exact: true }).fill('example.com\n*.debian.org');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await page.reload();
  expect(await page.getByLabel('Names', { exact: true }).inputValue()).toBe('example.com\n*.debian.org');
  await page.getByLabel('The whole internet').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();

  await page.goto('/admin/retention');
  await page.getByText(/nothing, unless/).waitFor();
  await page.getByLabel('Chats, in days after their last use').fill('90');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await page.reload();
  await expect.poll(() => page.getByLabel('Chats, in days after their last use').inputValue()).toBe('90');
  await page.getByLabel('Chats, in days after their last use').fill('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  await close();
});
