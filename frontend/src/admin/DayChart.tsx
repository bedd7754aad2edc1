import type { ModelUsage } from '../api/types';
import { words } from '../words';
import { costOfDays } from './modelUse';
import styles from './usage.module.css';

/** The cost of each day as a bar. */
export function DayChart({ usage }: { usage: ModelUsage }) {
  const days = costOfDays(usage);
  const highest = Math.max(...days.map(({ microdollars }) => microdollars));
  if (usage.total.turns === 0) return <p className={styles.none}>{words.usage.none}</p>;
  return (
    <figure className={styles.chart}>
      <svg
        className={styles.bars}
        viewBox={`0 0 ${days.length} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words.usage.chart(words.money(highest))}
      >
        {days.map(({ day, microdollars }, index) => {
          const height = highest > 0 ? (100 * microdollars) / highest : 0;
          return (
            <g key={day}>
              <title>{`${words.time.utcDay(day)}: ${words.money(microdollars)}`}</title>
              {/* The whole column shows the title. */}
              <rect className={styles.column} x={index} y={0} width={1} height={100} />
              <rect className={styles.bar} x={index + 0.1} y={100 - height} width={0.8} height={height} />
            </g>
          );
        })}
      </svg>
      <figcaption>
        <span>{words.time.utcDay(usage.from)}</span>
        <span>{words.time.utcDay(usage.to)}</span>
      </figcaption>
    </figure>
  );
}
