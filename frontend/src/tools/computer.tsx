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
  const { actions, time, tools } = words;
  switch (action.type) {
    case 'screenshot':
      return { icon: Camera, verb: tools.screenshot };
    case 'zoom':
      return { icon: ZoomIn, verb: tools.zoomed, object: point(action.region) };
    case 'mouse_move':
      return { icon: MousePointer2, verb: tools.moved, object: point(action.to) };
    case 'click':
      return { icon: MousePointerClick, verb: actions.clicked(action.button, action.count), object: place(action.at, action.modifiers) };
    case 'drag':
      return {
        icon: Move,
        verb: actions.dragged,
        object: action.from ? actions.fromTo(point(action.from), point(action.to)) : actions.to(point(action.to)),
      };
    case 'mouse_down':
      return { icon: MousePointerClick, verb: tools.buttonHeld };
    case 'mouse_up':
      return { icon: MousePointerClick, verb: tools.buttonReleased };
    case 'cursor_position':
      return { icon: MousePointer2, verb: tools.pointerChecked };
    case 'scroll':
      return { icon: Mouse, verb: actions.scrolled, object: actions.scrolledBy(actions.directions[action.direction], action.clicks) };
    case 'type':
      return { icon: TextCursorInput, verb: actions.typed, object: oneLine(action.text), code: true };
    case 'key':
      return { icon: Keyboard, verb: actions.pressed, object: actions.times(action.chord, action.repeat) };
    case 'hold_key':
      return { icon: Keyboard, verb: tools.keyHeld, object: tools.heldFor(action.chord, time.ms(action.duration_ms)) };
    case 'wait':
      return { icon: Clock, verb: tools.waited, object: time.ms(action.duration_ms) };
  }
}

/** The approval card shows the text, or the place on the screen. */
function request(action: Action): string | undefined {
  const { actions, tools } = words;
  switch (action.type) {
    case 'type':
      return tools.typeThis;
    case 'click':
      return action.at ? actions.clicked(action.button, action.count).request(tools.here) : undefined;
    case 'mouse_move':
      return tools.moveHere;
    case 'drag':
      return tools.dragHere;
    case 'scroll':
      return action.at ? tools.scrollHere(actions.directions[action.direction]) : undefined;
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
