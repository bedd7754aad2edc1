import { useQuery } from '@tanstack/react-query';
import { explain } from '../api/client';
import { usageQuery } from '../api/session';
import { words } from '../words';
import styles from './SettingsPage.module.css';

const AMOUNTS = {
  desktops: String,
  runs_today: String,
  disk_bytes: words.bytes,
  microdollars_this_month: (amount: number) => `$${(amount / 1_000_000).toFixed(2)}`,
} as const;

type Kind = keyof typeof AMOUNTS;

/** What the person uses of what they may use. */
export function UsageList() {
  const { data: usage, error } = useQuery(usageQuery);
  if (!usage) return error && <p className={styles.problem}>{explain(error)}</p>;
  return (
    <dl className={styles.usage}>
      {(Object.keys(AMOUNTS) as Kind[]).map((kind) => {
        const { used, limit } = usage[kind];
        const amount = AMOUNTS[kind];
        return (
          <div key={kind}>
            <dt>{words.settings.usageNames[kind]}</dt>
            <dd>{typeof limit === 'number' ? words.settings.usedOf(amount(used), amount(limit)) : amount(used)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
