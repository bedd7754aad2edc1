import { expect, test } from 'vitest';
import { emptyChat, messageField } from './browser';
import { setUp, setUpChat } from './harness';

const chat = setUpChat(setUp());

/** Asks before commands, as set by the chip in the composer. */
async function askBeforeCommands() {
  await chat.button(/^Approval in this chat/).click();
  await chat.page.getByRole('menuitemcheckbox', { name: 'Running commands' }).click();
  await chat.page.keyboard.press('Escape');
  await chat.button('Approval in this chat: Asks before running commands').waitFor();
}

test('a command needs approval: it is denied with a reason, then approved, then always allowed', async () => {
  await askBeforeCommands();
  await chat.say('run `echo never > ~/Outputs/never.txt`, take a screenshot');
  await chat.status('Needs your approval');
  await chat.card('Allow Demo to run this command?').getByText('echo never > ~/Outputs/never.txt').waitFor();
  expect(await chat.page.title()).toMatch(/^Needs you: /);
  await chat.page.getByRole('navigation', { name: 'Chats' }).getByText('Needs you').first().waitFor();
  await chat.saveScreenshots('approval');

  // The keyboard alone leads from the message field to the card and through it.
  await messageField(chat.page).focus();
  await chat.page.keyboard.press('ArrowUp');
  await expect.poll(() => chat.page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('group');
  await chat.page.keyboard.press('Tab');
  await chat.page.keyboard.press('Tab');
  await chat.page.keyboard.press('Tab');
  await chat.page.keyboard.press('Enter');
  await chat.page.getByRole('textbox', { name: /What should it do instead/ }).fill('not in this folder');
  await chat.page.keyboard.press('Enter');
  await chat.status('Ready');
  await chat.button(/1 denied/).click();
  await chat.shows('You denied this: “not in this folder”');
  await chat.shows('Skipped: an earlier step was denied');
  await chat.saveScreenshots('denied');

  await chat.say('run `echo yes > ~/Outputs/yes.txt`, run `echo more`');
  await chat.card('Allow Demo to run this command?').getByText('echo yes').waitFor();
  await chat.button('Approve').click();
  await chat.card('Allow Demo to run this command?').getByText('echo more').waitFor();
  await chat.shows('You approved this');
  await chat.button('Always allow in this chat').click();
  await chat.status('Ready');
  await chat.button('Approval in this chat: Runs without asking').waitFor();
  await chat.say('run `echo unasked`');
  await chat.status('Ready');
  await chat.timeline().getByText('unasked', { exact: true }).last().waitFor();

  await chat.button(/^Files/).click();
  const files = chat.page.getByRole('region', { name: 'Files' });
  await files.getByRole('link', { name: /Download yes\.txt/ }).waitFor();
  expect(await files.getByRole('link', { name: /never\.txt/ }).count()).toBe(0);
});

test('Deny opens in view, and does not look like Approve', async () => {
  // More than the view holds, so that the card is at its end.
  await chat.say(`say "${'line\n\n'.repeat(40)}"`);
  await chat.status('Ready');
  await askBeforeCommands();
  await chat.say('run `echo never`');
  const card = chat.card('Allow Demo to run this command?');
  const colour = (name: string) => card.getByRole('button', { name, exact: true }).evaluate((button) => getComputedStyle(button).backgroundColor);
  const accent = await colour('Approve');
  await card.getByRole('button', { name: 'Deny' }).click();
  await card.getByRole('button', { name: 'Back' }).waitFor();
  const bottom = async () => {
    const [log, button] = await Promise.all([chat.timeline().boundingBox(), card.getByRole('button', { name: 'Deny' }).boundingBox()]);
    return log!.y + log!.height - (button!.y + button!.height);
  };
  await expect.poll(bottom).toBeGreaterThan(0);
  expect(await chat.button('Demo is waiting for you').count()).toBe(0);
  expect(await colour('Deny')).not.toBe(accent);
  await chat.saveScreenshots('denying');
  await card.getByRole('button', { name: 'Deny' }).click();
  await chat.status('Ready');
});

test('a click that needs approval shows where it would go', async () => {
  await chat.say('take a screenshot');
  await chat.status('Ready');
  await chat.button(/^Approval in this chat/).click();
  await chat.page.getByRole('menuitemradio', { name: 'Before every step' }).click();
  await chat.page.keyboard.press('Escape');
  await chat.button(/Asks before every step/).waitFor();
  await chat.say('click at 640,400');
  const crop = chat.card('Allow Demo to click here?').getByRole('img', { name: 'Where on the screen' });
  await crop.waitFor();
  await expect.poll(() => crop.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBeGreaterThan(100);
  await chat.saveScreenshots('approval-click');
  await chat.button('Approve').click();
  await chat.status('Ready');
  await chat.shows('You approved this');
});

test('a question is answered with a choice, another in other words', async () => {
  await chat.say('ask "Which one?" with "this" or "that"');
  await chat.status('Waiting for your answer');
  await chat.saveScreenshots('question');
  await chat.card('Demo has a question').getByRole('button', { name: 'that' }).click();
  await chat.status('Ready');
  await chat.shows('You answered: that');

  await chat.say('ask "Go on?"');
  await chat.status('Waiting for your answer');
  await chat.card('Demo has a question').getByRole('textbox').fill('in a minute');
  await chat.page.keyboard.press('Enter');
  await chat.status('Ready');
  await chat.shows('You answered: in a minute');
  await chat.page.reload();
  await chat.shows('You answered: in a minute');
});

test('the default for all chats applies to a new one', async () => {
  await chat.page.getByRole('button', { name: 'Ada Lovelace' }).click();
  await chat.page.getByRole('menuitem', { name: 'Settings' }).click();
  await chat.page.getByRole('radio', { name: 'Only before…' }).check();
  await chat.page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
  await chat.saveScreenshots('settings');
  expect(await chat.page.getByRole('checkbox', { name: 'Running commands' }).isChecked()).toBe(true);
  await chat.button('New chat').first().click();
  await emptyChat(chat.page);
  await chat.button('Approval in this chat: Asks before running commands').waitFor();
  await chat.say('run `echo asked`');
  await chat.status('Needs your approval');
  await chat.say('take a screenshot');
  await chat.shows('You sent a message instead');
  await chat.status('Ready');
  // Restores the default for the other tests.
  await chat.page.goto('/settings');
  await chat.page.getByRole('radio', { name: 'Never' }).check();
  await chat.page.getByRole('status').filter({ hasText: 'Saved' }).waitFor();
});
