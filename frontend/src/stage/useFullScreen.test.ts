import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { useFullScreen } from './useFullScreen';

afterEach(cleanup);
afterEach(() => vi.unstubAllGlobals());

const frame = document.createElement('section');
const keyboard = { lock: vi.fn(() => Promise.resolve()), unlock: vi.fn() };

function show(control: boolean) {
  vi.stubGlobal('navigator', { keyboard });
  return renderHook((props: { control: boolean }) => useFullScreen(frame, props.control), { initialProps: { control } });
}

function become(element: Element | null) {
  vi.spyOn(document, 'fullscreenElement', 'get').mockReturnValue(element);
  act(() => void document.dispatchEvent(new Event('fullscreenchange')));
}

// jsdom has no full screen.
Object.defineProperty(document, 'fullscreenElement', { configurable: true, get: () => null });

test('the keyboard is locked in full screen with control, until either ends', () => {
  keyboard.lock.mockClear();
  keyboard.unlock.mockClear();
  const { result, rerender } = show(true);
  expect(keyboard.lock).not.toHaveBeenCalled();
  become(frame);
  expect(result.current.fullScreen).toBe(true);
  expect(keyboard.lock).toHaveBeenCalledOnce();
  rerender({ control: false });
  expect(keyboard.unlock).toHaveBeenCalledOnce();
  rerender({ control: true });
  expect(keyboard.lock).toHaveBeenCalledTimes(2);
  become(null);
  expect(keyboard.unlock).toHaveBeenCalledTimes(2);
});

test('it is not locked without control, nor in the full screen of something else', () => {
  keyboard.lock.mockClear();
  show(false);
  become(frame);
  cleanup();
  show(true);
  become(document.body);
  expect(keyboard.lock).not.toHaveBeenCalled();
});
