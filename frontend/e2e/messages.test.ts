import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { messageField } from './browser';
import { setUp, setUpChat } from './harness';

const harness = setUp();
const chat = setUpChat(harness);

/** The pipe in its desktop's home folder for which a step waits. */
async function pipeOf(step: number): Promise<string> {
  const desktops = join(harness.deskhand.dataDir, 'desktops');
  let pipes: string[] = [];
  const find = async () => {
    const all = (await readdir(desktops)).map((desktop) => join(desktops, desktop, 'home', `go${step}`));
    return (pipes = all.filter(existsSync));
  };
  await expect.poll(find).toHaveLength(1);
  return pipes[0]!;
}

const release = async (step: number) => writeFile(await pipeOf(step), 'go');

test('a run is paused before its next step, says so, and continues when it is resumed', async () => {
  const steps = [0, 1, 2].map((step) => `run \`mkfifo ~/go${step} && cat ~/go${step}\``);
  await chat.say(`${steps.join(', ')}, run \`echo all done\``);
  await chat.status('is working');
  // The message has the command, too: only its pipe tells that the step has begun.
  await pipeOf(0);
  await chat.button('Pause').click();
  await chat.shows('Pausing after this step');
  await chat.saveScreenshots('pausing');
  await release(0);
  await chat.status('Paused');
  await chat.saveScreenshots('paused');
  await chat.timeline().getByRole('button', { name: 'Resume' }).click();
  await release(1);
  await release(2);
  await chat.status('Ready');
  await chat.timeline().getByRole('button', { name: /4 steps/ }).waitFor();
});

test('a message sent while a run is active is queued, and can be cancelled', async () => {
  await chat.say('wait 100 seconds');
  await chat.status('is working');
  await chat.say('run `echo never`');
  await chat.shows('Queued');
  await chat.saveScreenshots('queued');
  await chat.button('Cancel', true).click();
  await chat.shows(/^Cancelled\. Demo won’t see it\.$/);
  expect(await messageField(chat.page).inputValue()).toBe('run `echo never`');
  await chat.status('is working');
  await messageField(chat.page).fill('');
  await chat.button('Stop').first().click();
  await chat.status('Ready');
  await chat.shows('Stopped');
});

test('a message whose response is lost is sent again, and is stored once', async () => {
  const keys: (string | undefined)[] = [];
  await chat.page.route('**/history', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (keys.length > 1) return route.continue();
    // The server has stored it; its response is lost on the way.
    await route.fetch();
    return route.abort('connectionreset');
  });
  await chat.say('run `echo once`');
  await chat.timeline().getByText('Done: I ran', { exact: false }).waitFor();
  await expect.poll(() => keys.length).toBe(2);
  expect(keys[1]).toBe(keys[0]);
  await chat.status('Ready');
  await chat.page.reload();
  await chat.timeline().getByText('Done: I ran', { exact: false }).waitFor();
  expect(await chat.timeline().getByText('run `echo once`', { exact: true }).count()).toBe(1);
});

test('the last message is edited and run again; the replaced one stays, collapsed', async () => {
  await chat.say('run `echo wrong`');
  await chat.status('Ready');
  await chat.choose('run `echo wrong`', 'Edit and run again');
  const field = chat.page.getByRole('textbox', { name: 'Edit message' });
  await field.fill('run `echo right`');
  await chat.saveScreenshots('editing');
  await field.press('Enter');
  await chat.timeline().getByText('run `echo right`', { exact: true }).waitFor();
  await chat.status('Ready');
  await chat.button(/^Replaced message/).waitFor();
  await chat.saveScreenshots('replaced');
  await chat.button(/^Replaced message/).click();
  await chat.timeline().getByText('run `echo wrong`', { exact: true }).last().waitFor();
});

test('a file that is dropped on the desktop is attached, and the page stays', async () => {
  const file = join(harness.deskhand.dataDir, 'dropped.txt');
  await writeFile(file, 'hello');
  const before = chat.page.url();
  const { x, y, width, height } = (await chat.page.getByRole('region', { name: 'Desktop' }).boundingBox())!;
  const session = await chat.page.context().newCDPSession(chat.page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data });
  await drag('dragEnter');
  await drag('dragOver');
  const invitation = chat.page.getByPlaceholder('Drop files to attach them');
  await invitation.waitFor();
  await drag('dragOver');
  await drag('drop');
  // Its size takes the place of the progress.
  await chat.page.getByRole('listitem').filter({ hasText: 'dropped.txt' }).getByText('5 bytes').waitFor();
  expect(chat.page.url()).toBe(before);
  await chat.say('say "Thank you."');
  await chat.timeline().getByRole('link', { name: /dropped\.txt/ }).waitFor();
  await chat.status('Ready');
  // Changes the size of the window, which would move the drop elsewhere.
  await drag('dragEnter');
  await drag('dragOver');
  await invitation.waitFor();
  await chat.saveScreenshots('dropping');
});

test('a chat is forked at a message, and the fork runs it on a desktop of its own', async () => {
  await chat.say('run `echo one > ~/Outputs/one.txt`');
  await chat.status('Ready');
  const original = chat.page.url();
  await chat.choose('run `echo one > ~/Outputs/one.txt`', 'Fork from here');
  await chat.page.waitForURL((url) => url.href !== original);
  await chat.shows(/^Forked from another chat/);
  await chat.status('Ready');
  await chat.saveScreenshots('forked');
  await chat.button('Run again here').click();
  await chat.status('is working');
  await chat.status('Ready');
  await chat.button('Run again here').waitFor({ state: 'detached' });
  await chat.timeline().getByText('1 step', { exact: false }).last().waitFor();
});

test('a chat that is forked at its last answer says that its desktop is another', async () => {
  await chat.say('say "Look around."');
  await chat.status('Ready');
  const original = chat.page.url();
  await chat.timeline().getByText('Look around.', { exact: true }).hover();
  await chat.button('Message actions').last().click();
  await chat.page.getByRole('menuitem', { name: 'Fork from here' }).click();
  await chat.page.waitForURL((url) => url.href !== original);
  await chat.shows(/^Forked from another chat/);
  await chat.status('Ready');
  await chat.saveScreenshots('forked-at-answer');
});

