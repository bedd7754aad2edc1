import { useQuery, useQueryClient } from '@tanstack/react-query';
import { explain } from '../api/client';
import { modelsQuery } from '../api/models';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import { Notice } from '../controls/Notice';
import { FallbackList } from '../models/FallbackList';

/** The models that go on where one of the installation can't, for people who have no list of their own. */
export function SiteFallbacks() {
  const client = useQueryClient();
  const settings = useQuery(siteSettingsQuery);
  const save = useChangeSiteSettings();
  if (!settings.data) return settings.error && <Notice>{explain(settings.error)}</Notice>;
  const { model_fallbacks: fallbacks } = save.isPending ? save.variables : settings.data;
  return (
    <FallbackList
      fallbacks={fallbacks ?? []}
      forEverybody
      error={save.error}
      saved={save.isSuccess}
      onChange={(model_fallbacks, done) =>
        save.mutate(
          { model_fallbacks },
          {
            onSuccess: () => {
              done();
              void client.invalidateQueries(modelsQuery);
            },
          },
        )
      }
    />
  );
}
