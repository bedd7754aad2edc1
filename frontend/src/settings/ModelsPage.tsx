import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { ownKeysForbiddenQuery, useSetDefaultModel } from '../api/models';
import { siteSettingsQuery } from '../api/people';
import { meQuery } from '../api/session';
import { ConnectionList } from '../models/ConnectionList';
import { ModelField } from '../models/ModelField';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { SettingsFrame } from './SettingsFrame';

/** The person's own keys, and the model of their chats. */
export function ModelsPage() {
  return (
    <SettingsFrame>
      <Section title={words.models.keysTitle} body={words.models.keysBody}>
        <ConnectionList owner="person" forbidden={useOwnKeysForbidden()} />
      </Section>
      <Section title={words.models.defaultTitle} body={words.models.defaultBody}>
        <DefaultModel />
      </Section>
    </SettingsFrame>
  );
}

function DefaultModel() {
  const { data: me } = useSuspenseQuery(meQuery);
  const save = useSetDefaultModel();
  return (
    <ModelField
      chosen={save.isPending ? save.variables : (me.model_choice ?? null)}
      usual={words.models.asSite}
      error={save.error}
      saved={save.isSuccess}
      onChoose={(choice, close) => save.mutate(choice, { onSuccess: close })}
    />
  );
}

/** Administrators see it in the settings of the installation; others learn it from an attempt. */
function useOwnKeysForbidden(): boolean {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: settings } = useQuery({ ...siteSettingsQuery, enabled: me.is_superuser });
  const { data: refused } = useQuery(ownKeysForbiddenQuery);
  return settings ? settings.models.value.own_keys === false : refused === true;
}
