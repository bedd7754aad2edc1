import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { copyText } from './copyText';

const writeText = vi.fn<(text: string) => Promise<void>>();
const execCommand = vi.fn<(command: string) => boolean>();
/** What `execCommand` found selected. */
let selected: string;

beforeEach(() => {
  writeText.mockReset().mockResolvedValue();
  execCommand.mockReset().mockImplementation(() => {
    const field = document.activeElement as HTMLTextAreaElement;
    selected = field.value.slice(field.selectionStart, field.selectionEnd);
    return true;
  });
  Object.assign(document, { execCommand });
});
afterEach(() => vi.unstubAllGlobals());

const secure = () => vi.stubGlobal('navigator', { clipboard: { writeText } });
const plainHttp = () => vi.stubGlobal('navigator', {});

test('on a secure page the clipboard API copies', async () => {
  secure();
  expect(await copyText('hello')).toBe(true);
  expect(writeText).toHaveBeenCalledExactlyOnceWith('hello');
  expect(execCommand).not.toHaveBeenCalled();
});

test.each([
  ['without the clipboard API', plainHttp],
  ['where the clipboard API is refused', () => (secure(), writeText.mockRejectedValue(new DOMException('no', 'NotAllowedError')))],
])('%s a hidden field copies, and the focus stays', async (_name, prepare) => {
  prepare();
  const button = document.body.appendChild(document.createElement('button'));
  button.focus();
  expect(await copyText('two\nlines')).toBe(true);
  expect(selected).toBe('two\nlines');
  expect(document.activeElement).toBe(button);
  expect(document.querySelector('textarea')).toBeNull();
  button.remove();
});

test('it tells when the browser copies nothing', async () => {
  plainHttp();
  execCommand.mockReturnValue(false);
  expect(await copyText('hello')).toBe(false);
  execCommand.mockImplementation(() => {
    throw new Error('unsupported');
  });
  expect(await copyText('hello')).toBe(false);
});
