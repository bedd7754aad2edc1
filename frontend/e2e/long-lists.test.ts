import { expect, test } from 'vitest';
import { saveScreenshot } from './browser';
import { setUp, setUpChat } from './harness';
import { chatIdOf, repeatStep, sql } from './long-chat';

const harness = setUp();
const chat = setUpChat(harness);

test('a long chat opens with its newest steps, and shows the earlier ones when it is asked to', async () => {
  await chat.say('run `echo a step`');
  await chat.shows(/^Done: I ran/);
  await chat.status('Ready');
  const { page } = chat;
  repeatStep(harness.deskhand.dataDir, chatIdOf(chat), 600);
  await page.reload();
  await chat.shows('run `echo a step`');
  await chat.timeline().getByText('Earlier steps are not loaded.').waitFor();
  await chat.status('Ready');

  const count = () => chat.timeline().getByText(/^I'll run/).count();
  // The newest 1,000 events, of which every third is a turn.
  const shown = await count();
  expect(shown).toBeGreaterThan(300);
  expect(shown).toBeLessThan(400);
  await saveScreenshot(chat.page, 'long-chat');
  await chat.button('Show earlier').click();
  await expect.poll(count).toBeGreaterThan(450);
  await chat.button('Show earlier').click();
  await expect.poll(count).toBe(601);
  await chat.timeline().getByText('Earlier steps are not loaded.').waitFor({ state: 'detached' });
});

test('old chats are in the list when it is scrolled to its end, and found by their title', async () => {
  const { page } = chat;
  sql(
    harness.deskhand.dataDir,
    `
    INSERT INTO chats (id, user_id, title, last_seq, created_at, updated_at)
    SELECT gen_random_uuid(), (SELECT id FROM users), 'Chat ' || nth, 0, now() - nth * interval '1 hour', now() - nth * interval '1 hour'
      FROM generate_series(1, 250) AS nth`,
  );
  await page.reload();
  const list = page.getByRole('navigation', { name: 'Chats' });
  await list.getByText('Chat 50', { exact: true }).waitFor();
  expect(await list.getByText('Chat 240', { exact: true }).count()).toBe(0);
  const old = list.getByText('Chat 240', { exact: true });
  await expect
    .poll(async () => {
      await list.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
      return old.count();
    })
    .toBe(1);
  await saveScreenshot(page, 'long-list');

  await page.getByRole('searchbox', { name: 'Search chats' }).fill('chat 24');
  await expect.poll(() => list.getByRole('link').count()).toBe(11);
  await old.click();
  await expect.poll(() => page.title()).toContain('Chat 240');
});
