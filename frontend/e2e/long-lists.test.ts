import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saveScreenshot } from './browser';
import { setUp, setUpChat } from './harness';

const harness = setUp();
const chat = setUpChat(harness);

/** Changes what the private database holds. */
function sql(statement: string) {
  const running = readFileSync(join(harness.deskhand.dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const [pid, , , port, folder] = running as [string, string, string, string, string];
  // A path that is too long for a socket is opened by the server and named by the descriptor.
  const socket = folder.replace('/proc/self/', `/proc/${pid}/`);
  execFileSync('psql', ['-qh', socket, '-p', port, '-U', 'deskhand', '-d', 'deskhand', '-v', 'ON_ERROR_STOP=1', '-c', statement]);
}

/** Repeats the last step of a chat, as if the model had done it many times. */
const repeatStep = (chatId: string, times: number) =>
  sql(`
    WITH step AS (
      SELECT *, row_number() OVER (ORDER BY seq) AS place, max(payload->>'call_id') OVER () AS call
        FROM (SELECT * FROM events WHERE chat_id = '${chatId}' AND kind IN ('assistant_turn', 'call_started', 'tool_result')
               ORDER BY seq LIMIT 3) AS first
    ), head AS (SELECT last_seq FROM chats WHERE id = '${chatId}'), added AS (
      INSERT INTO events (id, chat_id, seq, run_id, kind, payload, created_at)
      SELECT gen_random_uuid(), chat_id, head.last_seq + 3 * nth + place, run_id, kind,
             replace(payload::text, call, 'repeated-' || nth)::json, created_at
        FROM step, head, generate_series(0, ${times - 1}) AS nth
    )
    UPDATE chats SET last_seq = last_seq + ${3 * times} WHERE id = '${chatId}'`);

test('a long chat opens with its newest steps, and shows the earlier ones when it is asked to', async () => {
  await chat.say('run `echo a step`');
  await chat.shows(/^Done: I ran/);
  await chat.status('Ready');
  const { page } = chat;
  const chatId = new URL(page.url()).pathname.split('/').at(-1)!;
  repeatStep(chatId, 600);
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
  sql(`
    INSERT INTO chats (id, user_id, title, last_seq, created_at, updated_at)
    SELECT gen_random_uuid(), (SELECT id FROM users), 'Chat ' || nth, 0, now() - nth * interval '1 hour', now() - nth * interval '1 hour'
      FROM generate_series(1, 250) AS nth`);
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
