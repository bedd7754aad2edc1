import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { expectAccessible, saveScreenshot } from './browser';
import { setUp, setUpChat } from './harness';

const harness = setUp();
const chat = setUpChat(harness);

const panel = () => chat.page.getByRole('region', { name: 'Files' });

async function openHome() {
  await chat.page.getByRole('button', { name: /^Files/ }).click();
  await panel().getByRole('button', { name: 'On the desktop' }).click();
  await panel().getByRole('button', { name: /Open folder Outputs/ }).waitFor();
}

/** What a download has. */
async function downloaded(click: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([chat.page.waitForEvent('download'), click()]);
  return readFile(await download.path(), 'utf8');
}

/** Drops files onto the panel, as a person does from their own file manager. */
async function drop(files: Record<string, string>) {
  const transfer = await chat.page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
    return transfer;
  }, files);
  const target = panel().getByRole('navigation', { name: 'Folder' });
  await target.dispatchEvent('dragover', { dataTransfer: transfer });
  await panel().getByText('Drop to upload here').waitFor();
  await target.dispatchEvent('drop', { dataTransfer: transfer });
}

test('the home folder is looked at, and files go both ways', async () => {
  await openHome();
  await panel().getByRole('button', { name: /Open folder Outputs/ }).click();
  await panel().getByText('This folder is empty').waitFor();

  await panel().locator('input[type=file]').setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('milk') });
  const file = panel().getByRole('link', { name: /Download list\.txt/ });
  await file.waitFor();
  expect(await downloaded(() => file.click())).toBe('milk');

  await drop({ 'list.txt': 'honey', 'other.txt': 'bread' });
  await panel().getByRole('link', { name: /Download other\.txt/ }).waitFor();
  await panel().getByText('There is a file called list.txt already.').waitFor();
  expect(await downloaded(() => file.click())).toBe('milk');
  await panel().getByRole('button', { name: 'Replace' }).click();
  await panel().getByText('list.txt is on the desktop').waitFor();
  expect(await downloaded(() => file.click())).toBe('honey');
  // The message got none of them.
  expect(await chat.page.getByRole('button', { name: /Remove list\.txt/ }).count()).toBe(0);

  await panel().getByRole('button', { name: 'Home', exact: true }).click();
  expect(await panel().getByText('.bashrc').count()).toBe(0);
  await panel().getByRole('button', { name: 'Show hidden files' }).click();
  await panel().getByRole('link', { name: /Download \.bashrc/ }).waitFor();
  await panel().getByRole('button', { name: 'Show hidden files' }).click();

  await chat.say('run `mkdir -p "made here/by the model"`');
  const made = panel().getByRole('button', { name: /Open folder made here/ });
  const refreshed = async () => {
    await panel().getByRole('button', { name: 'Refresh' }).click();
    return made.count();
  };
  await expect.poll(refreshed, { timeout: 60_000 }).toBe(1);
  await made.click();
  await panel().getByRole('button', { name: /Open folder by the model/ }).waitFor();
});

test('the panel fits both themes and a phone', async () => {
  await openHome();
  await chat.saveScreenshots('home-folder');
  await chat.page.setViewportSize({ width: 360, height: 740 });
  await chat.page.getByRole('group', { name: 'View' }).getByText('Desktop').click();
  for (const colorScheme of ['light', 'dark'] as const) {
    await chat.page.emulateMedia({ colorScheme });
    await panel().getByRole('button', { name: 'On the desktop' }).click();
    await panel().getByRole('button', { name: /Open folder Outputs/ }).waitFor();
    await expectAccessible(chat.page);
    await saveScreenshot(chat.page, `home-folder-phone-${colorScheme}`);
  }
  expect(await chat.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test('all files of a chat come as one archive', async () => {
  await chat.say('run `echo one > ~/Outputs/one.txt; echo two > ~/Outputs/two.txt`');
  await chat.page.getByRole('button', { name: /^Files/ }).click();
  await panel().getByRole('link', { name: /Download two\.txt/ }).waitFor();
  const [download] = await Promise.all([
    chat.page.waitForEvent('download'),
    panel().getByRole('link', { name: 'Download all' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  expect((await readFile(await download.path())).subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
});
