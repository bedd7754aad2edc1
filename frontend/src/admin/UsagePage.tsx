import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { modelUsageQuery } from '../api/usage';
import { Section } from '../shell/SectionPage';
import { UseByDay } from '../usage/UseByDay';
import { UseByModel } from '../usage/UseByModel';
import { UseList } from '../usage/UseList';
import { USUAL_DAYS } from '../usage/modelUse';
import { words } from '../words';
import { AdminFrame } from './AdminFrame';

/** What models have done for everybody. For superusers. */
export function UsagePage() {
  const [range, setRange] = useState(USUAL_DAYS);
  const { data: usage, error } = useQuery(modelUsageQuery(range));
  return (
    <AdminFrame>
      <UseByDay range={range} onRange={setRange} usage={usage} error={error} />
      <Section title={words.usage.peopleTitle} body={words.usage.peopleBody}>
        {usage && (
          <UseList
            label={words.usage.peopleTitle}
            uses={usage.people.map((use) => ({ ...use, key: use.user_id, name: use.username }))}
            total={usage.total}
          />
        )}
      </Section>
      <UseByModel usage={usage} />
    </AdminFrame>
  );
}
