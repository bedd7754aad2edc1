import { expect, test } from 'vitest';
import { messageField } from './browser';
import { setUp, setUpChat } from './harness';

const chat = setUpChat(setUp());

test('code and messages are copied also on a page that is not secure', async () => {
  // What browsers leave out over plain HTTP.
  await chat.page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined }));
  await chat.page.reload();
  await chat.status('Ready');
  await chat.say('say "```\nls -la\n```"');
  await chat.timeline().getByRole('button', { name: 'Copy' }).click();
  await chat.timeline().getByRole('button', { name: 'Copied' }).waitFor();
  const pasted = async () => {
    await messageField(chat.page).fill('');
    await messageField(chat.page).press('Control+V');
    return messageField(chat.page).inputValue();
  };
  expect(await pasted()).toBe('ls -la');
  await chat.status('Ready');
  await chat.choose('say "```\nls -la\n```"', 'Copy');
  await chat.timeline().getByText('Copied').waitFor({ state: 'attached' });
  expect(await pasted()).toBe('say "```\nls -la\n```"');
});
