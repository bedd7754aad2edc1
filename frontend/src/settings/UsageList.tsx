import { useQuery } from '@tanstack/react-query';
import { explain } from '../api/client';
import { usageQuery } from '../api/session';
import { words } from '../words';
import styles from './SettingsPage.module.css';

const amounts = () => ({
  desktops: words.number,
  runs_today: words.number,
  disk_bytes: words.bytes,
  microdollars_this_month: words.money,
});

type Kind = keyof ReturnType<typeof amounts>;

/** What the person uses of what they may use. */
export function UsageList() {
  const { data: usage, error } = useQuery(usageQuery);
  if (!usage) return error && <p className={styles.problem}>{explain(error)}</p>;
  return (
    <dl className={styles.usage}>
      {(Object.entries(amounts()) as [Kind, (amount: number) => string][]).map(([kind, amount]) => {
        const { used, limit } = usage[kind];
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
