import type { ModelUsage } from '../api/types';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { UseList } from './UseList';

/** What was used of each model. */
export function UseByModel({ usage }: { usage: Pick<ModelUsage, 'models' | 'total'> | undefined }) {
  return (
    <Section title={words.usage.modelsTitle} body={words.usage.modelsBody}>
      {usage && (
        <UseList
          label={words.usage.modelsTitle}
          uses={usage.models.map((use) => ({ ...use, key: `${use.provider}/${use.model}`, name: use.model }))}
          total={usage.total}
        />
      )}
    </Section>
  );
}
