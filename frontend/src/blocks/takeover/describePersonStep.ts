import type { PersonStep, Point } from '../../api/types';
import { words } from '../../words';

/** "Clicked at 412, 300"; what was typed is only counted. */
export function describePersonStep(step: PersonStep): string {
  const { actions, takeover } = words;
  switch (step.did) {
    case 'clicked': {
      const held = actions.with(step.modifiers ?? []);
      return [actions.clicked(step.button, step.count).done, actions.at(step.at.x, step.at.y), held].filter(Boolean).join(' ');
    }
    case 'dragged':
      return `${actions.dragged.done} ${actions.fromTo(point(step.from), point(step.to))}`;
    case 'scrolled':
      return `${actions.scrolled.done} ${actions.scrolledBy(actions.directions[step.direction], step.clicks)}`;
    case 'typed':
      return takeover.typed(step.characters);
    case 'pressed':
      return `${actions.pressed.done} ${actions.times(step.chord, step.times)}`;
    case 'copied':
      return takeover.copied(step.characters);
  }
}

const point = ({ x, y }: Point) => words.actions.point(x, y);
