import { expect, test } from 'vitest';
import { expectFits } from './browser';
import { setUp } from './harness';

const harness = setUp();

test('the administrator sees what models have done', async () => {
  const { page, close } = await harness.enter();
  const said = await page.request.post('/api/v1/chats?wait=60', { data: { initial_message: 'say "hello"' }, headers: { origin: new URL(page.url()).origin } });
  expect((await said.json()).run.state).toBe('succeeded');
  await page.goto('/admin');
  await page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Usage' }).click();
  await page.getByRole('list', { name: 'By person' }).getByText('ada').waitFor();
  const model = page.getByRole('list', { name: 'By model' }).getByRole('listitem');
  expect(await model.textContent()).toMatch(/demo.*\$0\.00.*1 turn/);
  await page.getByLabel('Days').selectOption('Last 365 days');
  await expect.poll(() => page.getByRole('img', { name: /Each day: at most/ }).locator('g').count()).toBe(365);
  await close();
});

test('a person sees what models have done for them, and nothing of others', async () => {
  const { page, close } = await harness.enter();
  const said = await page.request.post('/api/v1/chats?wait=60', { data: { initial_message: 'say "hello"' }, headers: { origin: new URL(page.url()).origin } });
  expect((await said.json()).run.state).toBe('succeeded');
  await page.goto('/settings');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Usage' }).click();
  const model = page.getByRole('list', { name: 'By model' }).getByRole('listitem');
  await expect.poll(() => model.textContent()).toMatch(/demo.*\$0\.00.*turn/);
  await page.getByRole('heading', { name: 'What you may use' }).waitFor();
  expect(await page.getByRole('list', { name: 'By person' }).count()).toBe(0);
  await page.getByLabel('Days').selectOption('Last 7 days');
  await expect.poll(() => page.getByRole('img', { name: /Each day: at most/ }).locator('g').count()).toBe(7);
  await close();
});

/** Thirty days of two people and two models: with the demo, nothing costs anything. */
function sample() {
  const used = (turns: number, microdollars: number) => ({
    turns, input_tokens: turns * 900, cache_read_tokens: turns * 21_000, cache_write_tokens: turns * 1200, output_tokens: turns * 310, microdollars,
  });
  const day = (index: number) => new Date(Date.UTC(2026, 10, 1 + index)).toISOString().slice(0, 10);
  const days = Array.from({ length: 30 }, (_, index) => ({ day: day(index), ...used(40, (1 + ((index * 7) % 11)) * 400_000) }));
  const total = days.reduce((sum, { microdollars }) => sum + microdollars, 0);
  return {
    from: day(0), to: day(29), total: used(1200, total), days,
    people: [
      { user_id: '1', username: 'ada', ...used(900, total * 0.8) },
      { user_id: '2', username: 'grace.hopper.of.the.navy', ...used(300, total * 0.2) },
    ],
    models: [
      { provider: 'anthropic', model: 'claude-large', ...used(1000, total) },
      { provider: 'openai_compatible', model: 'qwen-local', ...used(200, 0) },
    ],
  };
}

test.each([
  ['light', 360],
  ['dark', 360],
  ['light', 768],
  ['light', 1440],
  ['dark', 1440],
] as const)('the page fits and is accessible: %s, %i px', async (theme, width) => {
  const { page, close } = await harness.enter({ theme, width, touch: width < 768 });
  await page.route('**/api/v1/admin/usage?*', (route) => route.fulfill({ json: sample() }));
  await page.goto('/admin/usage');
  await page.getByRole('list', { name: 'By person' }).getByText('grace').waitFor();
  await expectFits(page, `usage-${theme}-${width}`);
  await page.route('**/api/v1/users/me/usage/models?*', (route) => route.fulfill({ json: sample() }));
  await page.goto('/settings/usage');
  await page.getByRole('list', { name: 'By model' }).getByText('qwen-local').waitFor();
  await expectFits(page, `own-usage-${theme}-${width}`);
  await close();
});
