import { expect, test } from 'vitest';
import { expectAccessible, messageField } from './browser';
import { setUp, setUpChat } from './harness';

const chat = setUpChat(setUp());

const TABLE = `| Region | January | February | March | Quarterly total | Remarks |
| --- | --- | --- | --- | --- | --- |
| Northumberland | 1,200,000 | 1,300,000 | 1,400,000 | 3,900,000 | unchanged |
| Southumberland | 1,250,000 | 1,350,000 | 1,450,000 | 4,050,000 | https://example.org/${'a'.repeat(200)} |`;

test('a table breaks no words, and scrolls when it is too wide', async () => {
  await chat.say(`say "${TABLE}"`);
  const cell = (text: string) => chat.timeline().getByRole('cell', { name: text, exact: true });
  await cell('Northumberland').waitFor();
  await chat.status('Ready');
  for (const width of [1440, 360]) {
    await chat.page.setViewportSize({ width, height: 900 });
    // One line of text with its padding.
    for (const text of ['Northumberland', '1,200,000', '3,900,000', 'unchanged']) {
      expect((await cell(text).boundingBox())!.height).toBeLessThan(40);
    }
    const { content, shown } = await chat.timeline().getByRole('table').evaluate((table) => {
      const { scrollWidth, clientWidth } = table.parentElement!;
      return { content: scrollWidth, shown: clientWidth };
    });
    expect(content).toBeGreaterThan(shown);
    // A word that is longer than a line does break.
    expect(content).toBeLessThan(1000);
    expect(await chat.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  }
  await chat.saveScreenshots('table');
});

test('the checkboxes of a task list have labels and no bullets', async () => {
  await chat.say('say "- [x] wash up\n- [ ] dry up\n- plain"');
  const done = chat.timeline().getByRole('checkbox', { name: 'Done', exact: true });
  await done.waitFor();
  await chat.status('Ready');
  expect(await done.isChecked()).toBe(true);
  expect(await chat.timeline().getByRole('checkbox', { name: 'Not done' }).isChecked()).toBe(false);
  const bullets = await chat.timeline().getByRole('listitem').evaluateAll((items) => items.map((item) => getComputedStyle(item).listStyleType));
  expect(bullets).toEqual(['none', 'none', 'disc']);
  await expectAccessible(chat.page);
  await chat.saveScreenshots('task-list');
});

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
