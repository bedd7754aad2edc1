import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/client';
import type { Desktop } from '../api/types';
import { words } from '../words';
import { StageScreen } from './StageScreen';

afterEach(cleanup);

const desktop = (state: Desktop['state'], reason: string | null = null): Desktop => ({ state, reason, screen: null, control: null });
const lastScreenshot = { sha256: 'a'.repeat(64), media_type: 'image/png', size: { width: 1280, height: 800 } };

function show(given: { desktop?: Desktop; startError?: unknown }) {
  const onStart = vi.fn();
  render(
    <StageScreen
      chatId="c1"
      name="Claude"
      desktop={given.desktop}
      startError={given.startError}
      controlState="none"
      lease={null}
      vncRef={null}
      typing={false}
      running={false}
      pastStep={null}
      lastScreenshot={lastScreenshot}
      mark={null}
      onVnc={vi.fn()}
      onLeave={vi.fn()}
      onTakeOver={vi.fn()}
      onStart={onStart}
    />,
  );
  return { onStart, user: userEvent.setup() };
}

const unreachable = new ApiError(0, 'unreachable', words.errors.unreachable);
const full = new ApiError(503, 'no_room', 'All desktops are taken.');

test.each<[string, Parameters<typeof show>[0], RegExp, string]>([
  ['a server that is out of reach', { startError: unreachable }, /^Can’t reach Deskhand/, 'Try again'],
  ['a server that cannot start it', { startError: full }, /^The desktop stoppedAll desktops are taken\./, 'Start desktop'],
  ['a failed desktop', { desktop: desktop('failed', 'It ran out of memory.') }, /^The desktop stoppedIt ran out of memory\./, 'Start desktop'],
  ['a paused desktop', { desktop: desktop('paused', 'Nobody used it.') }, /^The desktop is pausedNobody used it\./, 'Wake desktop'],
  ['a desktop that is off', { desktop: desktop('stopped', 'Nobody used it.') }, /^The desktop is offNobody used it\./, 'Start desktop'],
])('%s is told as what it is, with its reason', async (_name, given, text, button) => {
  const { onStart, user } = show(given);
  expect(screen.getByRole('heading').parentElement!.textContent).toMatch(text);
  await user.click(screen.getByRole('button', { name: button }));
  expect(onStart).toHaveBeenCalledOnce();
});

test.each(['creating', 'paused', 'stopped', 'failed'] as const)('a desktop that is %s shows its latest screenshot', (state) => {
  show({ desktop: desktop(state) });
  expect(screen.getByRole('img', { name: 'The last picture of the desktop' }).getAttribute('src')).toMatch(/screenshots\/a{64}$/);
});
