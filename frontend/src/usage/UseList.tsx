import type { ModelUse } from '../api/types';
import { words } from '../words';
import { measureOf, tokensOf } from './modelUse';
import styles from './usage.module.css';

type NamedUse = ModelUse & { key: string; name: string };

/** What was used under each name, with its share of the largest one as a bar. `total` is all of it. */
export function UseList({ label, uses, total }: { label: string; uses: NamedUse[]; total: ModelUse }) {
  const { amount } = measureOf(total);
  const highest = Math.max(1, ...uses.map(amount));
  if (uses.length === 0) return <p className={styles.none}>{words.usage.none}</p>;
  return (
    <ul className={styles.uses} aria-label={label}>
      {uses.map((use) => (
        <li key={use.key}>
          <span className={styles.name}>{use.name}</span>
          <span className={styles.cost}>{words.money(use.microdollars)}</span>
          <span className={styles.share} aria-hidden>
            <span style={{ width: `${(100 * amount(use)) / highest}%` }} />
          </span>
          <span className={styles.quiet}>
            {words.usage.turns(use.turns)} · {words.usage.tokens(tokensOf(use))}
          </span>
        </li>
      ))}
    </ul>
  );
}
