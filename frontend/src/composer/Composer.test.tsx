import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { Composer, type ComposerProps } from './Composer';
import { forgetDrafts } from './drafts';

afterEach(() => {
  cleanup();
  forgetDrafts();
});

function setUp(props: Partial<ComposerProps> = {}) {
  const onSend = vi.fn();
  const onStop = vi.fn();
  const onPause = vi.fn();
  const onResume = vi.fn();
  const onDropped = vi.fn();
  const onUp = vi.fn(() => true);
  render(
    <Composer
      chatId="c1"
      name="Claude"
      isDemo={false}
      sees={null}
      uploadLimit={10}
      run="none"
      followUp={false}
      escArmed={false}
      onSend={onSend}
      onStop={onStop}
      onPause={onPause}
      onResume={onResume}
      onDropped={onDropped}
      onUp={onUp}
      {...props}
    />,
  );
  return { onSend, onStop, onPause, onResume, onDropped, onUp, user: userEvent.setup(), field: screen.getByRole('textbox', { name: 'Message' }) };
}
const button = (name: string) => screen.queryByRole<HTMLButtonElement>('button', { name });

test.each(['', '   ', '\n'])('%j cannot be sent', async (text) => {
  const { onSend, user, field } = setUp();
  if (text) await user.type(field, text.replace('\n', '{Shift>}{Enter}{/Shift}'));
  expect(button('Send')?.disabled).toBe(true);
  await user.type(field, '{Enter}');
  expect(onSend).not.toHaveBeenCalled();
});

test('Enter sends the text and empties the field; Shift+Enter breaks the line', async () => {
  const { onSend, user, field } = setUp();
  await user.type(field, 'one{Shift>}{Enter}{/Shift}two{Enter}');
  expect(onSend).toHaveBeenCalledExactlyOnceWith('one\ntwo', []);
  expect(field).toHaveProperty('value', '');
});

// Safari reports the Enter that ends a composition after the composition, with this key code.
test.each([{ isComposing: true }, { keyCode: 229 }])('the Enter of an input method (%j) sends nothing', async (pressed) => {
  const { onSend, user, field } = setUp();
  await user.type(field, '日本');
  fireEvent.keyDown(field, { key: 'Enter', ...pressed });
  expect(onSend).not.toHaveBeenCalled();
  expect(field).toHaveProperty('value', '日本');
});

test('while a run is active, Stop replaces Send; with text there are both', async () => {
  const { onSend, onStop, user, field } = setUp({ run: 'working' });
  expect(button('Send')).toBeNull();
  await user.click(button('Stop')!);
  expect(onStop).toHaveBeenCalledOnce();
  await user.type(field, 'next');
  expect(button('Stop')).not.toBeNull();
  await user.click(button('Send')!);
  expect(onSend).toHaveBeenCalledExactlyOnceWith('next', []);
});

test.each<[ComposerProps['run'], string, 'onPause' | 'onResume']>([
  ['working', 'Pause', 'onPause'],
  ['pausing', 'Pausing after this step. Click to cancel', 'onResume'],
  ['paused', 'Resume', 'onResume'],
])('a run that is %s has the button "%s"', async (run, label, called) => {
  const { user, ...handlers } = setUp({ run });
  await user.click(button(label)!);
  expect(handlers[called]).toHaveBeenCalledOnce();
  expect(button('Stop')).not.toBeNull();
});

test.each<ComposerProps['run']>(['none', 'queued', 'waiting', 'preempted'])('a run that is %s cannot be paused', (run) => {
  setUp({ run });
  expect(button('Pause')).toBeNull();
  expect(button('Resume')).toBeNull();
});

test('arrow up moves from the empty field to the waiting card, and within the text otherwise', async () => {
  const { onUp, user, field } = setUp({ run: 'waiting' });
  expect(screen.getByText('↑ to answer')).toBeTruthy();
  await user.type(field, '{ArrowUp}');
  expect(onUp).toHaveBeenCalledOnce();
  await user.type(field, 'words{ArrowUp}');
  expect(onUp).toHaveBeenCalledOnce();
});

test('a file over the limit is reported, and not sent', async () => {
  const { onSend, user, field } = setUp();
  await user.click(field);
  await user.paste({ files: [new File(['more than ten bytes'], 'big.txt')], types: ['Files'], getData: () => '' } as unknown as DataTransfer);
  expect(screen.getByText('Larger than the 10 bytes limit')).toBeTruthy();
  await user.type(field, 'go{Enter}');
  expect(onSend).toHaveBeenCalledExactlyOnceWith('go', []);
});

test('files that are dropped anywhere on the page are attached', () => {
  const { onDropped } = setUp();
  const dataTransfer = { types: ['Files'], files: [new File(['more than ten bytes'], 'big.txt')], dropEffect: 'none' };
  // A prevented default keeps the browser on the page.
  expect(fireEvent.dragOver(document.body, { dataTransfer })).toBe(false);
  expect(dataTransfer.dropEffect).toBe('copy');
  expect(screen.getByPlaceholderText('Drop files to attach them')).toBeTruthy();
  expect(fireEvent.drop(document.body, { dataTransfer })).toBe(false);
  expect(screen.getByText('big.txt')).toBeTruthy();
  expect(screen.queryByPlaceholderText('Drop files to attach them')).toBeNull();
  expect(onDropped).toHaveBeenCalledOnce();
});

test('text that is dropped goes where it is dropped', () => {
  setUp();
  expect(fireEvent.drop(document.body, { dataTransfer: { types: ['text/plain'], files: [] } })).toBe(true);
});

test('the demo is asked for commands', () => {
  setUp({ isDemo: true });
  expect(screen.getByPlaceholderText('Try a demo command')).toBeTruthy();
});

test('a picture is previewed, and a model that sees none is told about', async () => {
  const forgotten = vi.fn();
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:picture', revokeObjectURL: forgotten }));
  const { user, field } = setUp({ sees: false });
  await user.click(field);
  await user.paste({ files: [new File(['small'], 'a.png', { type: 'image/png' })], types: ['Files'], getData: () => '' } as unknown as DataTransfer);
  expect(document.querySelector('img')?.src).toBe('blob:picture');
  expect(screen.getByText('The model can’t see pictures')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Remove a.png' }));
  expect(forgotten).toHaveBeenCalledWith('blob:picture');
  expect(screen.queryByText('The model can’t see pictures')).toBeNull();
  vi.unstubAllGlobals();
});

test('while messages would be refused, the draft stays and nothing is sent', async () => {
  const { onSend, user, field } = setUp({ refused: true });
  await user.type(field, 'hello{Enter}');
  expect(button('Send')?.disabled).toBe(true);
  expect(onSend).not.toHaveBeenCalled();
  expect(field).toHaveProperty('value', 'hello');
});
