import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ADA, emptyChat, expectAccessible, expectFits, logIn, logOut, saveScreenshot, type Visit } from './browser';
import { setUp } from './harness';

const harness = setUp();
const GRACE = { username: 'grace', password: 'nanoseconds' };

const section = (page: Page, name: string) => page.locator('section').filter({ has: page.getByRole('heading', { name, exact: true }) });
const person = (page: Page, name: string) => section(page, 'People').getByRole('listitem').filter({ hasText: name });

/** A page of the administrator, on which they administer. */
async function administer(visit?: Visit) {
  const visitor = await harness.enter(visit);
  await visitor.page.goto('/admin');
  await person(visitor.page, 'ada').waitFor();
  return visitor;
}

async function choose(page: Page, name: string, action: string) {
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** The link that a dialog shows once. */
async function shownLink(page: Page) {
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await page.getByRole('button', { name: 'Close' }).click();
  return link;
}

async function fillAccount(page: Page, { username, password }: typeof GRACE) {
  await page.getByLabel('First name').fill('Grace');
  await page.getByLabel('Last name').fill('Hopper');
  await page.getByLabel('Email').fill(`${username}@example.org`);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
}

test('an invited person registers, is disabled, gets a new password, and is deleted', async () => {
  const admin = await administer();
  const { page } = admin;
  await page.getByRole('radio', { name: 'Who has an invitation' }).click();
  await section(page, 'Registration').getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await expectAccessible(page);
  await page.getByLabel('Email').fill('grace@example.org');
  await page.getByRole('button', { name: 'Create invitation' }).click();
  const invitation = await shownLink(page);
  expect(invitation).toContain(`${harness.deskhand.url}/register#invitation=`);
  await section(page, 'Invitations').getByText('0 of 1 used').waitFor();

  const guest = await harness.visit();
  await guest.page.goto(invitation);
  await expectAccessible(guest.page);
  await saveScreenshot(guest.page, 'register');
  await fillAccount(guest.page, { ...GRACE, username: 'ada' });
  await guest.page.getByLabel('Email').fill('grace@example.org');
  await guest.page.getByRole('button', { name: 'Create account' }).click();
  await guest.page.getByRole('alert').filter({ hasText: 'This username is taken' }).waitFor();
  await guest.page.getByLabel('Username').fill(GRACE.username);
  await guest.page.getByRole('button', { name: 'Create account' }).click();
  await emptyChat(guest.page);
  // Only administrators administer.
  await guest.page.goto('/admin');
  await emptyChat(guest.page);

  await page.reload();
  await section(page, 'Invitations').getByText('1 of 1 used').waitFor();
  await page.getByLabel('Search people').fill('HOPPER');
  await expect.poll(() => section(page, 'People').getByRole('listitem').count()).toBe(1);
  await choose(page, 'grace', 'Disable');
  await person(page, 'Disabled').waitFor();
  await guest.page.getByRole('heading', { name: 'Log in' }).waitFor();
  await logIn(guest.page, GRACE);
  await guest.page.getByRole('alert').filter({ hasText: 'This account is disabled' }).waitFor();
  await choose(page, 'grace', 'Enable');
  await person(page, 'Disabled').waitFor({ state: 'detached' });

  await choose(page, 'grace', 'Password link…');
  await page.getByRole('button', { name: 'Create link' }).click();
  const link = await shownLink(page);
  await guest.page.goto(link);
  await guest.page.reload();
  await expectAccessible(guest.page);
  await saveScreenshot(guest.page, 'password');
  await guest.page.getByRole('textbox', { name: 'Password' }).fill('short');
  await guest.page.getByRole('button', { name: 'Set password' }).click();
  await guest.page.getByRole('alert').filter({ hasText: 'at least 8 characters' }).waitFor();
  await guest.page.getByRole('textbox', { name: 'Password' }).fill('a new password');
  await guest.page.getByRole('button', { name: 'Set password' }).click();
  await guest.page.getByText('Your new password is set').waitFor();
  expect(await guest.page.getByLabel('Username').inputValue()).toBe('grace');
  await guest.page.getByRole('textbox', { name: 'Password' }).fill('a new password');
  await guest.page.getByRole('button', { name: 'Log in' }).click();
  await emptyChat(guest.page);

  await choose(page, 'grace', 'Limits…');
  await page.getByRole('dialog').getByLabel('Desktops at once').fill('3');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Save' }).last().click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const usage = await (await guest.page.request.get('/api/v1/users/me/usage')).json();
  expect(usage.desktops.limit).toBe(3);

  await choose(page, 'grace', 'Delete…');
  const remove = page.getByRole('button', { name: 'Delete account' });
  expect(await remove.isDisabled()).toBe(true);
  await page.getByLabel('Type grace to confirm').fill('grace');
  await expectAccessible(page);
  await remove.click();
  await section(page, 'People').getByText('Nobody has such a name or address.').waitFor();
  await guest.page.getByRole('heading', { name: 'Log in' }).waitFor();
  await guest.close();
  await admin.close();
});

test('an account is created, and the last administrator can not be removed', async () => {
  const { page, close } = await administer();
  await page.getByRole('button', { name: 'Create account' }).click();
  await fillAccount(page, { username: 'bob', password: 'nanoseconds' });
  await expectAccessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Create account' }).click();
  await person(page, 'bob').waitFor();
  await choose(page, 'ada', 'Remove as administrator');
  await person(page, 'ada').getByRole('alert').filter({ hasText: 'last superuser' }).waitFor();
  await choose(page, 'bob', 'Make administrator');
  await person(page, 'bob').getByText('Admin', { exact: true }).waitFor();
  await close();
});

test('everybody registers while registration is open', async () => {
  const admin = await administer();
  await admin.page.getByRole('radio', { name: 'Everybody who reaches this address' }).click();
  await section(admin.page, 'Registration').getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  const { page, close } = await harness.visit();
  await page.goto('/login');
  await page.getByRole('link', { name: 'Create an account' }).click();
  await fillAccount(page, { username: 'carol', password: 'nanoseconds' });
  await page.getByRole('button', { name: 'Create account' }).click();
  await emptyChat(page);
  await admin.page.getByRole('radio', { name: 'Nobody: administrators create accounts' }).click();
  await section(admin.page, 'Registration').getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  const late = await harness.visit();
  await late.page.goto('/register');
  await late.page.getByText('Nobody can register here').waitFor();
  await expectAccessible(late.page);
  await late.close();
  await close();
  await admin.close();
});

test('the audit log says who did what to whom', async () => {
  const { page, close } = await administer();
  await section(page, 'Limits of each person').getByLabel('Desktops at once').fill('44');
  await section(page, 'Limits of each person').getByRole('button', { name: 'Save' }).click();
  await section(page, 'Limits of each person').getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await page.reload();
  const newest = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem').first();
  await newest.getByText('changed a setting').waitFor();
  expect(await newest.textContent()).toMatch(/ada.*limits.*127\.0\.0\.1/);
  await close();
});

test('limits of everybody are set', async () => {
  const { page, close } = await administer();
  const limits = section(page, 'Limits of each person');
  await limits.getByLabel('Runs a day').fill('77');
  await limits.getByRole('button', { name: 'Save' }).click();
  await limits.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await page.reload();
  await expect.poll(() => limits.getByLabel('Runs a day').inputValue()).toBe('77');
  const usage = await (await page.request.get('/api/v1/users/me/usage')).json();
  expect(usage.runs_today.limit).toBe(77);
  const together = section(page, 'Limits of everybody together');
  await together.getByLabel('Models, in dollars a month').fill('500');
  await together.getByRole('button', { name: 'Save' }).click();
  await together.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  const settings = await (await page.request.get('/api/v1/admin/settings')).json();
  expect(settings.total_limits.value).toEqual({ desktops: 200, runs_at_once: 100, dollars_per_day: null, dollars_per_month: 500 });
  await page.goto('/settings/usage');
  await section(page, 'What you may use').getByText('0 of 77').waitFor();
  await expectAccessible(page);
  await close();
});

test('kinds of files are refused', async () => {
  const { page, close } = await administer();
  const rules = section(page, 'Refused files');
  await rules.getByLabel('Media types').fill('nonsense');
  await rules.getByRole('button', { name: 'Save' }).click();
  await rules.getByText('is no media type').waitFor();
  await rules.getByLabel('Media types').fill('video/*');
  await rules.getByLabel('Ends of names').fill('exe\n\n  tar.gz ');
  await rules.getByRole('button', { name: 'Save' }).click();
  await rules.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await page.reload();
  await expect.poll(() => rules.getByLabel('Ends of names').inputValue()).toBe('exe\ntar.gz');
  const upload = { file: { name: 'setup.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') } };
  const origin = new URL(page.url()).origin;
  expect((await page.request.post('/api/v1/files/upload', { multipart: upload, headers: { origin } })).status()).toBe(422);
  await rules.getByLabel('Ends of names').fill('');
  await rules.getByLabel('Media types').fill('');
  await rules.getByRole('button', { name: 'Save' }).click();
  await rules.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await close();
});

test.each([
  ['light', 360],
  ['dark', 360],
  ['light', 768],
  ['light', 1440],
  ['dark', 1440],
] as const)('the page fits and is accessible: %s, %i px', async (theme, width) => {
  const { page, close } = await administer({ theme, width, touch: width < 768 });
  await expectFits(page, `people-${theme}-${width}`);
  await section(page, 'Limits of each person').scrollIntoViewIfNeeded();
  await saveScreenshot(page, `people-limits-${theme}-${width}`);
  await close();
});

test('the administrator comes in by the account menu', async () => {
  const { page, close } = await harness.enter();
  await page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await page.getByRole('menuitem', { name: 'Administration' }).click();
  await person(page, 'ada').waitFor();
  await logOut(page);
  await logIn(page, ADA);
  await emptyChat(page);
  await close();
});
