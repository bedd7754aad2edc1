import { words } from '../words';
import { amountOfDays, measureOf, type UseOfDays } from './modelUse';
import styles from './usage.module.css';

/** What was used each day, as a bar. */
export function DayChart({ usage }: { usage: UseOfDays }) {
  const measure = measureOf(usage.total);
  const days = amountOfDays(usage, measure.amount);
  const highest = Math.max(...days.map(({ amount }) => amount));
  const title = words.usage.chart(measure.text(highest));
  if (usage.total.turns === 0) return <p className={styles.none}>{words.usage.none}</p>;
  return (
    <figure className={styles.chart}>
      <p className={styles.quiet} aria-hidden>
        {title}
      </p>
      <svg
        className={styles.bars}
        viewBox={`0 0 ${days.length} 100`}
        preserveAspectRatio="none"
        role="img"
        aria-label={title}
      >
        {days.map(({ day, amount }, index) => {
          const height = highest > 0 ? (100 * amount) / highest : 0;
          return (
            <g key={day}>
              <title>{`${words.time.utcDay(day)}: ${measure.text(amount)}`}</title>
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
