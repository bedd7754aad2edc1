import type { Limits } from '../api/types';
import { Field } from '../controls/Field';
import { words } from '../words';
import styles from './admin.module.css';

const NAMES = Object.keys(words.admin.limitNames) as (keyof typeof words.admin.limitNames)[];

interface Props {
  limits: Limits;
  /** What applies where nothing is set. */
  otherwise: Limits;
  /** The limits that can't be changed. */
  fixed?: string[];
}

/** A field for each limit; an empty one sets none. */
export function LimitFields({ limits, otherwise, fixed = [] }: Props) {
  return (
    <div className={styles.limits}>
      {NAMES.map((name) => (
        <Field
          key={name}
          label={words.admin.limitNames[name]}
          name={name}
          type="number"
          min={0}
          max={1_000_000_000}
          inputMode="numeric"
          defaultValue={limits[name] ?? ''}
          placeholder={otherwise[name]?.toString() ?? words.admin.unlimited}
          disabled={fixed.includes(name)}
        />
      ))}
    </div>
  );
}

/** The limits in a form with `LimitFields`. */
export function limitsIn(form: HTMLFormElement): Limits {
  const data = new FormData(form);
  const value = (name: string) => String(data.get(name) ?? '').trim();
  return Object.fromEntries(NAMES.map((name) => [name, value(name) === '' ? null : Number(value(name))])) as Limits;
}
