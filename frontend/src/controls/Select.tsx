import { useId } from 'react';
import styles from './Field.module.css';

export interface Choice {
  value: string;
  label: string;
}

interface Props {
  label: string;
  /** What the first option says, which chooses nothing; without it, one is always chosen. */
  none?: string;
  choices: Choice[];
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
        {choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
