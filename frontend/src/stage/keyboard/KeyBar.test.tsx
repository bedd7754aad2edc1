import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { KeyBar } from './KeyBar';
import { KEY, type Chord } from './keys';
import { PADDING } from './typedText';

afterEach(cleanup);

const A = 0x61;
const C = 0x63;

function show() {
  const pressed: Chord[] = [];
  const onFocusDesktop = vi.fn();
  const onLeave = vi.fn();
  function Bar() {
    const [open, setOpen] = useState(false);
    return (
      <KeyBar
        open={open}
        onOpen={setOpen}
        container={null}
        onPress={(chord) => pressed.push(chord)}
        onFocusDesktop={onFocusDesktop}
        onLeave={onLeave}
      />
    );
  }
  render(<Bar />);
  return { pressed, onFocusDesktop, onLeave, user: userEvent.setup() };
}

const button = (name: string) => screen.getByRole('button', { name });
const field = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Type on the desktop' });
const type = (text: string) => fireEvent.input(field(), { target: { value: text } });

test('the button opens the keyboard and the keys, and closes them', async () => {
  const { onFocusDesktop, user } = show();
  expect(screen.queryByRole('button', { name: 'Esc' })).toBeNull();
  await user.click(button('Keyboard'));
  expect(document.activeElement).toBe(field());
  await user.click(button('Esc'));
  expect(document.activeElement).toBe(field());
  await user.click(button('Keyboard'));
  expect(screen.queryByRole('button', { name: 'Esc' })).toBeNull();
  expect(onFocusDesktop).toHaveBeenCalledOnce();
});

test('what the phone types is pressed', async () => {
  const { pressed, user } = show();
  await user.click(button('Keyboard'));
  type(`${PADDING}a`);
  type(`${PADDING}ac`);
  type(`${PADDING}a`);
  type(`${PADDING}a\n`);
  await user.click(button('Left'));
  expect(pressed).toEqual([[A], [C], [KEY.Backspace], [KEY.Enter], [KEY.ArrowLeft]]);
});

test('a press beside the phone’s keyboard starts a new text', async () => {
  const { pressed, user } = show();
  await user.click(button('Keyboard'));
  type(`${PADDING}a`);
  await user.click(document.body);
  expect(field().value).toBe(PADDING);
  type(PADDING.slice(1));
  expect(pressed).toEqual([[A], [KEY.Backspace]]);
});

test('the padding is renewed before it is used up', async () => {
  const { pressed, user } = show();
  await user.click(button('Keyboard'));
  for (let times = 0; times < 200; times += 1) type(field().value.slice(1));
  expect(pressed).toEqual(Array<Chord>(200).fill([KEY.Backspace]));
});

test('a modifier is held for the next key alone, which leaves no text', async () => {
  const { pressed, user } = show();
  await user.click(button('Keyboard'));
  await user.click(button('Ctrl'));
  await user.click(button('Alt'));
  await user.click(button('Shift'));
  await user.click(button('Alt'));
  expect(button('Ctrl').getAttribute('aria-pressed')).toBe('true');
  expect(button('Alt').getAttribute('aria-pressed')).toBe('false');
  type(`${PADDING}c`);
  expect(field().value).toBe(PADDING);
  expect(button('Ctrl').getAttribute('aria-pressed')).toBe('false');
  type(`${PADDING}a`);
  await user.click(button('Shift'));
  await user.click(button('Tab'));
  expect(pressed).toEqual([[KEY.Control, KEY.Shift, C], [A], [KEY.Shift, KEY.Tab]]);
});

test('a keyboard that is attached has its keys pressed, except those of an input method', async () => {
  const { pressed, onLeave, user } = show();
  await user.click(button('Keyboard'));
  fireEvent.keyDown(field(), { key: 'c', ctrlKey: true });
  fireEvent.keyDown(field(), { key: 'ArrowUp' });
  fireEvent.keyDown(field(), { key: 'ArrowUp', keyCode: 229 });
  expect(pressed).toEqual([[KEY.Control, C], [KEY.ArrowUp]]);
  fireEvent.keyDown(field(), { key: 'Shift', ctrlKey: true, altKey: true, shiftKey: true });
  expect(onLeave).toHaveBeenCalledOnce();
});

test('the menu sends a chord, and the phone’s keyboard stays', async () => {
  const { pressed, user } = show();
  await user.click(button('Keyboard'));
  button('Send keys').focus();
  await user.keyboard('{Enter}');
  await user.keyboard('{ArrowDown}{Enter}');
  expect(pressed).toEqual([[KEY.Control, 0x74]]);
  expect(document.activeElement).toBe(field());
});
