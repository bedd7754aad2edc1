import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { words } from '../words';
import { AuthFrame } from './AuthFrame';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test.each([
  [false, 1],
  [true, 0],
])('a connection that is encrypted or stays on this machine: %s', (isSecure, notices) => {
  vi.stubGlobal('isSecureContext', isSecure);
  render(<AuthFrame title="Log in">fields</AuthFrame>);
  expect(screen.queryAllByText(words.auth.unencrypted)).toHaveLength(notices);
});
