import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { modelsQuery, useSetDefaultModel } from '../api/models';
import { meQuery } from '../api/session';
import { ConnectionList } from '../models/ConnectionList';
import { ModelField } from '../models/ModelField';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { OwnFallbacks } from './OwnFallbacks';
import { SettingsFrame } from './SettingsFrame';

/** The person's own keys, and the model of their chats. */
export function ModelsPage() {
  const { data: list } = useQuery(modelsQuery);
  return (
    <SettingsFrame>
      <Section title={words.models.keysTitle} body={words.models.keysBody}>
        <ConnectionList owner="person" forbidden={list?.own_keys_allowed === false} />
      </Section>
      <Section title={words.models.defaultTitle} body={words.models.defaultBody}>
        <DefaultModel />
      </Section>
      <Section title={words.models.fallbacksTitle} body={words.models.fallbacksBody}>
        <OwnFallbacks />
      </Section>
    </SettingsFrame>
  );
}

function DefaultModel() {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: list } = useQuery(modelsQuery);
  const save = useSetDefaultModel();
  return (
    <ModelField
      chosen={save.isPending ? save.variables : (me.model_choice ?? null)}
      byDefault={list?.installation_default ?? null}
      usual={(model) => (model ? words.models.asSite(model) : words.models.asSiteUnknown)}
      error={save.error}
      saved={save.isSuccess}
      onChoose={(choice, close) => save.mutate(choice, { onSuccess: close })}
    />
  );
}
