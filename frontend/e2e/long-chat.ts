// Makes chats long by writing to the database what a model would have done. Postgres announces it, so it arrives in open pages.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Chat } from './chat';

/** Changes what the private database of a data folder holds. */
export function sql(dataDir: string, statement: string) {
  const running = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n');
  const [pid, , , port, folder] = running as [string, string, string, string, string];
  // A path that is too long for a socket is opened by the server and named by the descriptor.
  const socket = folder.replace('/proc/self/', `/proc/${pid}/`);
  execFileSync('psql', ['-qh', socket, '-p', port, '-U', 'deskhand', '-d', 'deskhand', '-v', 'ON_ERROR_STOP=1', '-c', statement]);
}

/**
 * Repeats the first step of a chat, which is three events, as if the model had done it many times. It says something
 * before every `textEvery`th step.
 */
export const repeatStep = (dataDir: string, chatId: string, times: number, textEvery = 1) =>
  sql(
    dataDir,
    `
    WITH step AS (
      SELECT *, row_number() OVER (ORDER BY seq) AS place, max(payload->>'call_id') OVER () AS call
        FROM (SELECT * FROM events WHERE chat_id = '${chatId}' AND kind IN ('assistant_turn', 'call_started', 'tool_result')
               ORDER BY seq LIMIT 3) AS first
    ), head AS (SELECT last_seq FROM chats WHERE id = '${chatId}'), added AS (
      INSERT INTO events (id, chat_id, seq, run_id, kind, payload, created_at)
      SELECT gen_random_uuid(), chat_id, head.last_seq + 3 * nth + place, run_id, kind,
             replace(CASE WHEN kind <> 'assistant_turn' OR nth % ${textEvery} = 0 THEN payload::text
                     ELSE jsonb_set(payload::jsonb, '{content}', jsonb_path_query_array(payload::jsonb, '$.content[*] ? (@.type <> "text")'))::text END,
                     call, 'repeated-' || head.last_seq + nth)::json, created_at
        FROM step, head, generate_series(0, ${times - 1}) AS nth
    )
    UPDATE chats SET last_seq = last_seq + ${3 * times} WHERE id = '${chatId}'`,
  );

export const chatIdOf = (chat: Chat) => new URL(chat.page.url()).pathname.split('/').at(-1)!;

/** Loads a page of the events that are not loaded yet. */
export async function showEarlier(chat: Chat) {
  const texts = () => chat.timeline().locator('p').count();
  const before = await texts();
  await chat.button('Show earlier').click();
  await expect.poll(texts).toBeGreaterThan(before);
}

/** Opens all collapsed groups of steps. Returns how many there were. */
export const openGroups = (chat: Chat) =>
  chat.timeline().evaluate((log) => {
    const headers = [...log.querySelectorAll<HTMLElement>('button[aria-expanded="false"]')];
    headers.forEach((header) => header.click());
    return headers.length;
  });
