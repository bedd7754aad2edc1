import { verb } from './verb';

const CLICKS = [
  verb('Clicked', 'Clicking', 'Click'),
  verb('Double-clicked', 'Double-clicking', 'Double-click'),
  verb('Triple-clicked', 'Triple-clicking', 'Triple-click'),
];

/** What the mouse and the keyboard do, whether the model or the person moves them. */
export const actions = {
  clicked: (button: string, count: number) => {
    if (button === 'right') return verb('Right-clicked', 'Right-clicking', 'Right-click');
    if (button === 'middle') return verb('Middle-clicked', 'Middle-clicking', 'Middle-click');
    return CLICKS[Math.min(count, CLICKS.length) - 1] ?? CLICKS[0]!;
  },
  dragged: verb('Dragged', 'Dragging', 'Drag'),
  scrolled: verb('Scrolled', 'Scrolling', 'Scroll'),
  typed: verb('Typed', 'Typing', 'Type'),
  pressed: verb('Pressed', 'Pressing', 'Press'),
  directions: { up: 'up', down: 'down', left: 'left', right: 'right' },
  point: (x: number, y: number) => `${x}, ${y}`,
  at: (x: number, y: number) => `at ${x}, ${y}`,
  to: (point: string) => `to ${point}`,
  fromTo: (from: string, to: string) => `from ${from} to ${to}`,
  scrolledBy: (direction: string, clicks: number) => `${direction} ${clicks}`,
  with: (modifiers: readonly string[]) => (modifiers.length > 0 ? `with ${modifiers.join('+')}` : ''),
  times: (chord: string, count: number) => (count > 1 ? `${chord} × ${count}` : chord),
};
