import { Camera, Clock, Keyboard, Mouse, MousePointer2, MousePointerClick, Move, TextCursorInput, ZoomIn } from 'lucide-react';
import type { Action, Modifier, Point } from '../api/types';
import { words } from '../words';
import { DetailText } from './DetailText';
import { oneLine } from './oneLine';
import type { Description, ToolOf, ToolRenderer } from './renderer';

export const computer: ToolRenderer<ToolOf<'computer'>> = {
  describe: ({ action }) => describe(action),
  request: ({ action }) => request(action),
  detail: ({ action }) => action.type === 'type' && <DetailText text={action.text} />,
  detailSaysAll: ({ action }) => action.type === 'type',
  target: ({ action }) => target(action),
};

function describe(action: Action): Description {
  const { actions, time } = words;
  switch (action.type) {
    case 'screenshot':
      return { icon: Camera, verb: ['Took a screenshot', 'Taking a screenshot', 'Take a screenshot'] };
    case 'zoom':
      return { icon: ZoomIn, verb: ['Zoomed in on', 'Zooming in on', 'Zoom in on'], object: point(action.region) };
    case 'mouse_move':
      return { icon: MousePointer2, verb: ['Moved to', 'Moving to', 'Move to'], object: point(action.to) };
    case 'click':
      return { icon: MousePointerClick, verb: actions.clicked(action.button, action.count), object: place(action.at, action.modifiers) };
    case 'drag':
      return {
        icon: Move,
        verb: actions.dragged,
        object: action.from ? actions.fromTo(point(action.from), point(action.to)) : `to ${point(action.to)}`,
      };
    case 'mouse_down':
      return { icon: MousePointerClick, verb: ['Held the mouse button', 'Holding the mouse button', 'Hold the mouse button'] };
    case 'mouse_up':
      return { icon: MousePointerClick, verb: ['Released the mouse button', 'Releasing the mouse button', 'Release the mouse button'] };
    case 'cursor_position':
      return { icon: MousePointer2, verb: ['Checked the pointer position', 'Checking the pointer position', 'Check the pointer position'] };
    case 'scroll':
      return { icon: Mouse, verb: actions.scrolled, object: actions.scrolledBy(action.direction, action.clicks) };
    case 'type':
      return { icon: TextCursorInput, verb: actions.typed, object: oneLine(action.text), code: true };
    case 'key':
      return { icon: Keyboard, verb: actions.pressed, object: actions.times(action.chord, action.repeat) };
    case 'hold_key':
      return { icon: Keyboard, verb: ['Held', 'Holding', 'Hold'], object: `${action.chord} for ${time.ms(action.duration_ms)}` };
    case 'wait':
      return { icon: Clock, verb: ['Waited', 'Waiting', 'Wait'], object: time.ms(action.duration_ms) };
  }
}

/** The approval card shows the text, or the place on the screen. */
function request(action: Action): string | undefined {
  switch (action.type) {
    case 'type':
      return 'type this';
    case 'click':
      return action.at ? `${words.actions.clicked(action.button, action.count)[2].toLowerCase()} here` : undefined;
    case 'mouse_move':
      return 'move the pointer here';
    case 'drag':
      return 'drag to here';
    case 'scroll':
      return action.at ? `scroll ${action.direction} here` : undefined;
    default:
      return undefined;
  }
}

const point = ({ x, y }: Point) => words.actions.point(x, y);

function place(at: Point | null | undefined, modifiers: Modifier[] = []): string {
  const where = at ? words.actions.at(at.x, at.y) : '';
  return [where, words.actions.with(modifiers)].filter(Boolean).join(' ');
}

function target(action: Action): Point | null {
  switch (action.type) {
    case 'click':
    case 'scroll':
      return action.at ?? null;
    case 'mouse_move':
    case 'drag':
      return action.to;
    default:
      return null;
  }
}
