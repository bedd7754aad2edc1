import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ADA, emptyChat, logIn } from './browser';
import { Chat } from './chat';
import { setUp } from './harness';

const harness = setUp();

/** Says in which zone and language the shell of a new chat's desktop is. */
async function onTheDesktop(page: Page) {
  const chat = new Chat();
  chat.page = page;
  await page.getByRole('button', { name: 'New chat' }).first().click();
  await emptyChat(page);
  await chat.say('run `echo "it is $(date -d @0 \'+%Z %B\')" > ~/Outputs/zone.txt`');
  const files = `/api/v1${new URL(page.url()).pathname}/files`;
  const listed = async () => (await page.request.get(files)).json();
  await expect.poll(listed, { timeout: 60_000 }).toHaveLength(1);
  const answer = await page.request.get(`/api/v1/files/${(await listed())[0].id}/content`);
  return (await answer.text()).trim();
}

test('desktops are in the zone and language of the browser that was used last, until the person chooses', async () => {
  const vienna = await harness.enter({ timezoneId: 'Europe/Vienna', locale: 'de-AT', language: 'en' });
  expect(await onTheDesktop(vienna.page)).toBe('it is CET Jänner');

  const tokyo = await harness.enter({ timezoneId: 'Asia/Tokyo', locale: 'ja-JP' });
  expect(await onTheDesktop(tokyo.page)).toBe('it is JST 1月');

  const { page } = tokyo;
  await page.goto('/settings');
  const zone = page.getByRole('combobox', { name: 'Time zone' });
  const language = page.getByRole('combobox', { name: 'Language' });
  const chosen = async (select: typeof zone) => (await select.locator('option:checked').textContent())!.trim();
  expect(await chosen(zone)).toBe('As this browser says (Asia/Tokyo)');
  expect(await chosen(language)).toBe('As this browser says (Japanese (Japan))');
  const kept = () => page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
  await Promise.all([kept(), zone.selectOption('America/Sao_Paulo')]);
  await page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await Promise.all([kept(), language.selectOption({ label: 'French (France)' })]);
  await page.reload();
  expect(await chosen(zone)).toBe('America/Sao Paulo');
  expect(await chosen(language)).toBe('French (France)');
  const chat = new Chat();
  chat.page = page;
  await chat.saveScreenshots('settings-locale');
  expect(await onTheDesktop(page)).toBe('it is -03 décembre');

  await page.goto('/settings');
  await Promise.all([kept(), zone.selectOption('')]);
  await Promise.all([kept(), language.selectOption('')]);
  expect(await chosen(language)).toBe('As this browser says (Japanese (Japan))');
  expect(await onTheDesktop(page)).toBe('it is JST 1月');
  await vienna.close();
  await tokyo.close();
});

test('coming back to a browser makes it the one that counts', async () => {
  const { page, close } = await harness.visit({ timezoneId: 'Europe/Vienna', locale: 'de-AT', language: 'en' });
  await page.goto('/login');
  await logIn(page, ADA);
  await emptyChat(page);
  const me = async () => (await page.request.get('/api/v1/users/me')).json();
  await expect.poll(me).toMatchObject({ detected_time_zone: 'Europe/Vienna', detected_language: 'de-AT' });
  const elsewhere = await harness.enter({ timezoneId: 'Asia/Tokyo', locale: 'ja-JP' });
  await expect.poll(me).toMatchObject({ detected_time_zone: 'Asia/Tokyo', detected_language: 'ja-JP' });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect.poll(me).toMatchObject({ detected_time_zone: 'Europe/Vienna', detected_language: 'de-AT' });
  await elsewhere.close();
  await close();
});
