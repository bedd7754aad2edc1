import { useId } from 'react';
import styles from './Field.module.css';

export interface Choice {
  value: string;
  label: string;
}

/** Choices under a heading. */
export interface Group {
  label: string;
  choices: Choice[];
}

interface Props {
  label: string;
  /** What the first option says, which chooses nothing; without it, one is always chosen. */
  none?: string;
  choices: readonly (Choice | Group)[];
  chosen: string | null;
  onChoose: (value: string | null) => void;
}

/** A labelled list to choose one from. */
export function Select({ label, none, choices, chosen, onChoose }: Props) {
  const id = useId();
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={chosen ?? ''} onChange={(event) => onChoose(event.target.value || null)}>
        {none !== undefined && <option value="">{none}</option>}
        {choices.map((choice) =>
          'choices' in choice ? (
            <optgroup key={choice.label} label={choice.label}>
              {choice.choices.map(option)}
            </optgroup>
          ) : (
            option(choice)
          ),
        )}
      </select>
    </div>
  );
}

const option = ({ value, label }: Choice) => (
  <option key={value} value={value}>
    {label}
  </option>
);
