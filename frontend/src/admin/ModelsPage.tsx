import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { explain } from '../api/client';
import { modelsQuery } from '../api/models';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import { configQuery } from '../api/session';
import { Notice } from '../controls/Notice';
import { ConnectionList } from '../models/ConnectionList';
import { ModelField } from '../models/ModelField';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { AdminFrame } from './AdminFrame';
import { ModelRulesForm } from './ModelRulesForm';
import { Prices } from './Prices';
import { SiteFallbacks } from './SiteFallbacks';

/** The models of everybody, and what people may do with models of their own. For superusers. */
export function ModelsPage() {
  return (
    <AdminFrame>
      <Section title={words.models.siteKeysTitle} body={words.models.siteKeysBody}>
        <ConnectionList owner="installation" />
      </Section>
      <Section title={words.models.siteDefaultTitle} body={words.models.siteDefaultBody}>
        <DefaultModel />
      </Section>
      <Section title={words.models.fallbacksTitle} body={words.models.siteFallbacksBody}>
        <SiteFallbacks />
      </Section>
      <Section title={words.prices.title} body={words.prices.body}>
        <Prices />
      </Section>
      <Section title={words.models.rulesTitle} body={words.models.rulesBody}>
        <ModelRulesForm />
      </Section>
    </AdminFrame>
  );
}

function DefaultModel() {
  const client = useQueryClient();
  const settings = useQuery(siteSettingsQuery);
  const { data: config } = useSuspenseQuery(configQuery);
  const save = useChangeSiteSettings();
  if (!settings.data) return settings.error && <Notice>{explain(settings.error)}</Notice>;
  const { default_model: chosen } = save.isPending ? save.variables : settings.data;
  return (
    <ModelField
      chosen={chosen ?? null}
      byDefault={{ provider: config.provider, model: config.model }}
      usual={(model) => (model ? words.models.asStarted(model) : words.models.asStartedUnknown)}
      forEverybody
      error={save.error}
      saved={save.isSuccess}
      onChoose={(default_model, close) =>
        save.mutate(
          { default_model },
          {
            onSuccess: () => {
              close();
              void client.invalidateQueries(modelsQuery);
            },
          },
        )
      }
    />
  );
}
