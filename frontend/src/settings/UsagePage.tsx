import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ownModelUsageQuery } from '../api/usage';
import { Section } from '../shell/SectionPage';
import { USUAL_DAYS } from '../usage/modelUse';
import { UseByDay } from '../usage/UseByDay';
import { UseByModel } from '../usage/UseByModel';
import { words } from '../words';
import { SettingsFrame } from './SettingsFrame';
import { UsageList } from './UsageList';

/** What models have done for the person, and what they use of what they may use. */
export function UsagePage() {
  const [range, setRange] = useState(USUAL_DAYS);
  const { data: usage, error } = useQuery(ownModelUsageQuery(range));
  return (
    <SettingsFrame>
      <UseByDay range={range} onRange={setRange} usage={usage} error={error} />
      <UseByModel usage={usage} />
      <Section title={words.settings.usageTitle} body={words.settings.usageBody}>
        <UsageList />
      </Section>
    </SettingsFrame>
  );
}
