/** A verb in the three forms that a step needs: done, in progress, not started. */
export type Verb = readonly [done: string, doing: string, toDo: string];

const CLICKS: readonly Verb[] = [
  ['Clicked', 'Clicking', 'Click'],
  ['Double-clicked', 'Double-clicking', 'Double-click'],
  ['Triple-clicked', 'Triple-clicking', 'Triple-click'],
];

/** What the mouse and the keyboard do, whether the model or the person moves them. */
export const actions = {
  clicked: (button: string, count: number): Verb => {
    if (button === 'right') return ['Right-clicked', 'Right-clicking', 'Right-click'];
    if (button === 'middle') return ['Middle-clicked', 'Middle-clicking', 'Middle-click'];
    return CLICKS[Math.min(count, CLICKS.length) - 1] ?? CLICKS[0]!;
  },
  dragged: ['Dragged', 'Dragging', 'Drag'] as Verb,
  scrolled: ['Scrolled', 'Scrolling', 'Scroll'] as Verb,
  typed: ['Typed', 'Typing', 'Type'] as Verb,
  pressed: ['Pressed', 'Pressing', 'Press'] as Verb,
  point: (x: number, y: number) => `${x}, ${y}`,
  at: (x: number, y: number) => `at ${x}, ${y}`,
  fromTo: (from: string, to: string) => `from ${from} to ${to}`,
  scrolledBy: (direction: string, clicks: number) => `${direction} ${clicks}`,
  with: (modifiers: readonly string[]) => (modifiers.length > 0 ? `with ${modifiers.join('+')}` : ''),
  times: (chord: string, count: number) => (count > 1 ? `${chord} × ${count}` : chord),
};
