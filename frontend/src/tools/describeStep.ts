import type { Action, EditorCommand, Modifier, Point } from '../api/types';
import { words } from '../words/words';
import type { Step } from '../timeline/types';

export type StepIcon = 'look' | 'zoom' | 'pointer' | 'click' | 'drag' | 'scroll' | 'type' | 'key' | 'wait' | 'shell' | 'open' | 'edit' | 'ask' | 'invalid';

/** A step in words: `verb` and what it was done to. `code` marks an object that is text of the machine. */
export interface StepWords {
  icon: StepIcon;
  verb: string;
  object: string;
  code: boolean;
}

type Verb = readonly [done: string, doing: string, ahead: string];

/** "Clicked at 200, 300"; "Clicking ..." while it is under way, "Click ..." when it was not begun. */
export function describeStep({ call: { tool }, state }: Step): StepWords {
  const tense = state === 'running' ? 1 : state === 'waiting' || state === 'not_executed' ? 2 : 0;
  const say = (icon: StepIcon, verb: Verb, object = '', code = false): StepWords => ({
    icon,
    verb: verb[tense],
    object,
    code,
  });
  switch (tool.tool) {
    case 'shell':
      return tool.command
        ? say('shell', words.steps.ran, oneLine(tool.command), true)
        : say('shell', words.steps.restartedShell);
    case 'open': {
      const app = words.steps.apps[tool.app];
      return say('open', words.steps.opened, tool.argument ? words.steps.openedWith(app, tool.argument) : app);
    }
    case 'editor':
      return say('edit', editVerb(tool.edit), tool.edit.path, true);
    case 'ask':
      return say('ask', words.steps.asked, oneLine(tool.question));
    case 'invalid':
      return say('invalid', words.steps.invalid, tool.name, true);
    case 'computer':
      return describeAction(tool.action, say);
  }
}

function describeAction(
  action: Action,
  say: (icon: StepIcon, verb: Verb, object?: string, code?: boolean) => StepWords,
): StepWords {
  const text = words.steps;
  switch (action.type) {
    case 'screenshot':
      return say('look', text.looked);
    case 'zoom':
      return say('zoom', text.lookedCloser, point(action.region));
    case 'mouse_move':
      return say('pointer', text.moved, point(action.to));
    case 'click':
      return say('click', clickVerb(action.button, action.count), place(action.at, action.modifiers));
    case 'drag':
      return say('drag', text.dragged, action.from ? text.fromTo(point(action.from), point(action.to)) : text.to(point(action.to)));
    case 'mouse_down':
      return say('click', text.buttonHeld);
    case 'mouse_up':
      return say('click', text.buttonReleased);
    case 'cursor_position':
      return say('pointer', text.checkedPointer);
    case 'scroll':
      return say('scroll', text.scrolled, text.scrolledBy(action.direction, action.clicks));
    case 'type':
      return say('type', text.typed, oneLine(action.text), true);
    case 'key':
      return say('key', text.pressed, action.repeat > 1 ? `${action.chord} ${text.times(action.repeat)}` : action.chord);
    case 'hold_key':
      return say('key', text.held, text.heldFor(action.chord, words.time.ms(action.duration_ms)));
    case 'wait':
      return say('wait', text.waited, words.time.ms(action.duration_ms));
  }
}

function editVerb(edit: EditorCommand): Verb {
  switch (edit.command) {
    case 'view':
      return words.steps.read;
    case 'create':
      return words.steps.wrote;
    case 'str_replace':
    case 'insert':
      return words.steps.edited;
    case 'undo_edit':
      return words.steps.undid;
  }
}

function clickVerb(button: string, count: number): Verb {
  if (button === 'right') return words.steps.rightClicked;
  if (button === 'middle') return words.steps.middleClicked;
  return [words.steps.clicked, words.steps.doubleClicked, words.steps.tripleClicked][count - 1] ?? words.steps.clicked;
}

const point = ({ x, y }: Point) => words.steps.point(x, y);

function place(at: Point | null | undefined, modifiers: Modifier[] = []): string {
  const where = at ? words.steps.at(at.x, at.y) : '';
  return [where, modifiers.length > 0 ? words.steps.with(modifiers.join('+')) : ''].filter(Boolean).join(' ');
}

/** Line ends as ⏎, so that a row stays a row. */
const oneLine = (text: string) => text.replace(/\n+$/, '').replace(/\n/g, ' ⏎ ');

/** The whole sentence, for labels. */
export const sentence = ({ verb, object }: StepWords) => (object ? `${verb} ${object}` : verb);

/** The point of the screen that a step aims at. */
export function target({ call: { tool } }: Step): Point | null {
  if (tool.tool !== 'computer') return null;
  const { action } = tool;
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
