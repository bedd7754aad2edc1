import { expect, test } from 'vitest';
import type { Desktop, RunState } from '../api/types';
import { statusOf } from './status';

type State = Desktop['state'];

test('control in another window takes precedence over a paused run', () => {
  const desktop: Desktop = { state: 'ready', reason: null, screen: null, control: null };
  const status = statusOf({ name: 'Claude', desktop, run: 'paused', control: false, elsewhere: true });
  expect(status.text).toBe('You’re in control in another window');
});

test('while the server is out of reach nothing is said to work', () => {
  const desktop: Desktop = { state: 'ready', reason: null, screen: null, control: null };
  expect(statusOf({ name: 'Claude', desktop, run: 'running', control: false, offline: true })).toEqual({ tone: 'quiet', text: 'Offline' });
});

test.each<[State | undefined, RunState | null, boolean, string]>([
  [undefined, null, false, 'Starting'],
  ['absent', null, false, 'Starting'],
  ['creating', null, false, 'Starting'],
  ['creating', 'queued', false, 'Claude is working'],
  ['ready', null, false, 'Ready'],
  ['ready', 'succeeded', false, 'Ready'],
  ['ready', 'running', false, 'Claude is working'],
  ['ready', 'awaiting_approval', false, 'Needs your approval'],
  ['ready', 'awaiting_human', false, 'Waiting for your answer'],
  ['ready', 'paused', false, 'Paused'],
  ['ready', null, true, 'You’re in control'],
  ['failed', 'failed', false, 'Stopped'],
  ['stopped', null, false, 'Off'],
])('desktop %s, run %s, control %s: "%s"', (state, run, control, text) => {
  const desktop = state && { state, reason: null, screen: null, control: null };
  expect(statusOf({ name: 'Claude', desktop, run, control }).text).toBe(text);
});
