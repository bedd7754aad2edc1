import { Field } from './Field';
import { words } from '../words';
import styles from './LimitFields.module.css';

/** Limits by their names; without a number there is none. */
type LimitsOf<Name extends string> = Partial<Record<Name, number | null>>;

interface Props<Name extends string> {
  /** What each limit is called. */
  labels: Record<Name, string>;
  limits: LimitsOf<Name>;
  /** What applies where nothing is set. */
  otherwise: LimitsOf<Name>;
  /** The limits that can't be changed. */
  fixed?: string[];
  min?: number;
}

/** A field for each limit; an empty one sets none. */
export function LimitFields<Name extends string>({ labels, limits, otherwise, fixed = [], min = 0 }: Props<Name>) {
  return (
    <div className={styles.limits}>
      {namesOf(labels).map((name) => (
        <Field
          key={name}
          label={labels[name]}
          name={name}
          type="number"
          min={min}
          max={1_000_000_000}
          step={isMoney(name) ? 0.000001 : 1}
          inputMode={isMoney(name) ? 'decimal' : 'numeric'}
          defaultValue={limits[name] ?? ''}
          placeholder={otherwise[name]?.toString() ?? words.admin.unlimited}
          disabled={fixed.includes(name)}
          hint={fixed.includes(name) ? words.admin.fixedLimit : undefined}
        />
      ))}
    </div>
  );
}

/** The limits in a form with `LimitFields`. */
export function limitsIn<Name extends string>(form: HTMLFormElement, labels: Record<Name, string>) {
  const data = new FormData(form);
  const value = (name: string) => String(data.get(name) ?? '').trim();
  const limits = namesOf(labels).map((name) => [name, value(name) === '' ? null : Number(value(name))]);
  return Object.fromEntries(limits) as Record<Name, number | null>;
}

/** Whether a limit is in dollars, which have up to six decimals. */
const isMoney = (name: string) => name.startsWith('dollars') || name.endsWith('_usd');

function namesOf<Name extends string>(labels: Record<Name, string>) {
  return Object.keys(labels) as Name[];
}
