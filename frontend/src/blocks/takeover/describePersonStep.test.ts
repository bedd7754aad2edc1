import { expect, test } from 'vitest';
import type { PersonStep } from '../../api/types';
import { describePersonStep } from './describePersonStep';

const at = { x: 412, y: 300 };

test.each<[PersonStep, string]>([
  [{ did: 'clicked', button: 'left', count: 1, at }, 'Clicked at 412, 300'],
  [{ did: 'clicked', button: 'left', count: 2, at, modifiers: ['ctrl'] }, 'Double-clicked at 412, 300 with ctrl'],
  [{ did: 'clicked', button: 'right', count: 1, at }, 'Right-clicked at 412, 300'],
  [{ did: 'dragged', button: 'left', from: at, to: { x: 1, y: 2 } }, 'Dragged from 412, 300 to 1, 2'],
  [{ did: 'scrolled', direction: 'down', clicks: 3, at }, 'Scrolled down 3'],
  [{ did: 'typed', characters: 1 }, 'Typed 1 character'],
  [{ did: 'typed', characters: 12 }, 'Typed 12 characters'],
  [{ did: 'pressed', chord: 'Return', times: 1 }, 'Pressed Return'],
  [{ did: 'pressed', chord: 'Tab', times: 2 }, 'Pressed Tab × 2'],
  [{ did: 'copied', characters: 5 }, 'Copied 5 characters to the clipboard'],
])('%j reads "%s"', (step, words) => {
  expect(describePersonStep(step)).toBe(words);
});
