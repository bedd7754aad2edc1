import { expect, test } from 'vitest';
import { setUp, setUpChat } from './harness';

const chat = setUpChat(setUp());

/** The number of animations that run on the page. A change of style is a transition, and does not count. */
const animations = () =>
  chat.page.evaluate(() => document.getAnimations().filter((one) => one instanceof CSSAnimation && one.playState === 'running').length);

test('a run that works is animated, unless the person prefers reduced motion', async () => {
  await chat.say('wait 100 seconds');
  await chat.status('is working');
  await chat.shows('Waiting');
  // The pill, the chat in the sidebar and the step.
  await expect.poll(animations).toBe(3);
  await chat.page.emulateMedia({ reducedMotion: 'reduce' });
  await expect.poll(animations).toBe(0);
  await chat.page.emulateMedia({ reducedMotion: 'no-preference' });
  await chat.button('Stop').first().click();
  await chat.status('Ready');
  await expect.poll(animations).toBe(0);
});
