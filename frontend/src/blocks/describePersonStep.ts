import type { PersonStep, Point } from '../api/types';
import { words } from '../words/words';

/** "Clicked at 412, 300"; what was typed is only counted. */
export function describePersonStep(step: PersonStep): string {
  const { steps, takeover } = words;
  switch (step.did) {
    case 'clicked': {
      const held = step.modifiers?.length ? ` ${steps.with(step.modifiers.join('+'))}` : '';
      return `${clickVerb(step.button, step.count)} ${steps.at(step.at.x, step.at.y)}${held}`;
    }
    case 'dragged':
      return `${steps.dragged[0]} ${steps.fromTo(point(step.from), point(step.to))}`;
    case 'scrolled':
      return `${steps.scrolled[0]} ${steps.scrolledBy(step.direction, step.clicks)}`;
    case 'typed':
      return takeover.typed(step.characters);
    case 'pressed':
      return `${steps.pressed[0]} ${step.chord}${step.times > 1 ? ` ${steps.times(step.times)}` : ''}`;
    case 'copied':
      return takeover.copied(step.characters);
  }
}

function clickVerb(button: string, count: number): string {
  const { steps } = words;
  if (button === 'right') return steps.rightClicked[0];
  if (button === 'middle') return steps.middleClicked[0];
  if (count === 2) return steps.doubleClicked[0];
  return count > 2 ? steps.tripleClicked[0] : steps.clicked[0];
}

const point = ({ x, y }: Point) => words.steps.point(x, y);
