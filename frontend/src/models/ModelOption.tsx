import { Check } from 'lucide-react';
import { words } from '../words';
import { modelName, sourceName } from './choice';
import type { Entry } from './entries';
import { describeModel } from './facts';
import styles from './ModelMenu.module.css';

interface Props {
  id: string;
  entry: Entry;
  usual: string;
  /** Whether Enter chooses it. */
  active: boolean;
  chosen: boolean;
  onPoint: () => void;
  onChoose: () => void;
}

/** A model, with what is known about it. */
export function ModelOption({ id, entry, usual, active, chosen, onPoint, onChoose }: Props) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      data-active={active || undefined}
      className={styles.option}
      onPointerMove={onPoint}
      onClick={onChoose}
    >
      <span className={styles.model}>
        <span className={styles.name}>{nameOf(entry, usual)}</span>
        {entry.facts && <span className={styles.facts}>{describeModel(entry.facts)}</span>}
      </span>
      {chosen && <Check size={16} aria-hidden />}
    </div>
  );
}

function nameOf({ choice, source, facts }: Entry, usual: string): string {
  if (!choice || !source) return usual;
  return facts ? modelName(facts) : words.models.typed(choice.model, sourceName(source));
}
