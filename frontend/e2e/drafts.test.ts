import { expect, test } from 'vitest';
import { ADA, liveScreen, logIn, logOut, messageField, status } from './browser';
import { setUp, setUpChat } from './harness';
import { startNetwork } from './network';

const harness = setUp();
const chat = setUpChat(harness);

const draft = () => expect.poll(() => messageField(chat.page).inputValue());
/** Ends the session, as the server does after a while. */
const endSession = () => chat.page.request.delete('/api/v1/auth/session');

test('a draft survives a reload', async () => {
  await messageField(chat.page).fill('half a sen');
  await chat.page.reload();
  await draft().toBe('half a sen');
});

test('what was being written when the session ended is in the composer after the login', async () => {
  const before = chat.page.url();
  await messageField(chat.page).fill('run `echo after the login`');
  await endSession();
  await chat.page.getByText('Your session has ended').waitFor();
  await chat.saveScreenshots('session-ended');
  await logIn(chat.page, ADA);
  await chat.page.waitForURL(before);
  await draft().toBe('run `echo after the login`');
  await messageField(chat.page).press('Enter');
  await chat.shows('Done: I ran');
});

test('logging out is no end of a session, and leaves no drafts behind', async () => {
  const before = chat.page.url();
  await messageField(chat.page).fill('secret');
  await logOut(chat.page);
  expect(await chat.page.getByText('Your session has ended').count()).toBe(0);
  await logIn(chat.page, ADA);
  await messageField(chat.page).waitFor();
  await chat.page.goto(before);
  await draft().toBe('');
});

test('a message without connection says so, survives a reload and is sent when the connection is back', async () => {
  await chat.page.route('**/history', (route) => route.abort());
  await chat.say('run `echo late`');
  await chat.shows(/^Not sent: .* It will be sent when the connection is back\./);
  await chat.saveScreenshots('not-sent');
  await chat.page.reload();
  await chat.shows(/^Not sent/);
  await chat.page.unroute('**/history');
  await chat.timeline().getByRole('button', { name: 'Try again' }).click();
  await chat.shows('Done: I ran');
  expect(await chat.timeline().getByText('Not sent').count()).toBe(0);
});

test('a message that was sent during a network cut is sent after it', async () => {
  const network = await startNetwork(harness.deskhand.url);
  const { page, close } = await harness.visit();
  await page.goto(network.url);
  await logIn(page, ADA);
  await status(page, 'Ready');
  await liveScreen(page);
  network.cut();
  await page.getByText('Connection lost').waitFor();
  await messageField(page).fill('run `echo late`');
  await messageField(page).press('Enter');
  await page.getByText('It will be sent when the connection is back.').waitFor();
  network.restore();
  await page.getByRole('log').getByText('Done: I ran').waitFor({ timeout: 60_000 });
  await close();
  await network.close();
});
