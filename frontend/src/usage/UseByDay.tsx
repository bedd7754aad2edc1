import { explain } from '../api/client';
import { Notice } from '../controls/Notice';
import { Select } from '../controls/Select';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { DayChart } from './DayChart';
import { tokensOf, type UseOfDays } from './modelUse';
import styles from './usage.module.css';

const RANGES = [7, 30, 90, 365];

interface Props {
  /** How many days are shown. */
  range: number;
  onRange: (days: number) => void;
  usage: UseOfDays | undefined;
  error: Error | null;
}

/** What was used each day, of the last days. */
export function UseByDay({ range, onRange, usage, error }: Props) {
  const ranges = RANGES.map((days) => ({ value: `${days}`, label: words.usage.lastDays(days) }));
  return (
    <Section title={words.usage.daysTitle} body={words.usage.daysBody}>
      <Select label={words.usage.range} choices={ranges} chosen={`${range}`} onChoose={(days) => onRange(Number(days))} />
      {error && <Notice>{explain(error)}</Notice>}
      {usage && (
        <>
          <p className={styles.total} role="status">
            {words.usage.total(
              words.money(usage.total.microdollars),
              words.usage.turns(usage.total.turns),
              words.usage.tokens(tokensOf(usage.total)),
            )}
          </p>
          <DayChart usage={usage} />
        </>
      )}
    </Section>
  );
}
