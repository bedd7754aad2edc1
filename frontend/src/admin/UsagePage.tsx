import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '../api/client';
import { modelUsageQuery } from '../api/usage';
import { Notice } from '../controls/Notice';
import { Select } from '../controls/Select';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { AdminFrame } from './AdminFrame';
import { DayChart } from './DayChart';
import { UseList } from './UseList';
import { tokensOf } from './modelUse';
import styles from './usage.module.css';

const RANGES = [7, 30, 90, 365];

/** What models have done for everybody. For superusers. */
export function UsagePage() {
  const [range, setRange] = useState(30);
  const usage = useQuery(modelUsageQuery(range));
  const ranges = RANGES.map((days) => ({ value: `${days}`, label: words.usage.lastDays(days) }));
  return (
    <AdminFrame>
      <Section title={words.usage.daysTitle} body={words.usage.daysBody}>
        <Select label={words.usage.range} choices={ranges} chosen={`${range}`} onChoose={(days) => setRange(Number(days))} />
        {usage.error && <Notice>{explain(usage.error)}</Notice>}
        {usage.data && (
          <>
            <p className={styles.total} role="status">
              {words.usage.total(
                words.money(usage.data.total.microdollars),
                words.usage.turns(usage.data.total.turns),
                words.usage.tokens(tokensOf(usage.data.total)),
              )}
            </p>
            <DayChart usage={usage.data} />
          </>
        )}
      </Section>
      <Section title={words.usage.peopleTitle} body={words.usage.peopleBody}>
        {usage.data && (
          <UseList
            label={words.usage.peopleTitle}
            uses={usage.data.people.map((use) => ({ ...use, key: use.user_id, name: use.username }))}
            total={usage.data.total}
          />
        )}
      </Section>
      <Section title={words.usage.modelsTitle} body={words.usage.modelsBody}>
        {usage.data && (
          <UseList
            label={words.usage.modelsTitle}
            uses={usage.data.models.map((use) => ({ ...use, key: `${use.provider}/${use.model}`, name: use.model }))}
            total={usage.data.total}
          />
        )}
      </Section>
    </AdminFrame>
  );
}
