import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { modelsQuery, useSetFallbacks } from '../api/models';
import { meQuery } from '../api/session';
import type { ModelChoice } from '../api/types';
import { Select } from '../controls/Select';
import { choiceName } from '../models/choice';
import { FallbackList } from '../models/FallbackList';
import { words } from '../words';
import styles from './OwnFallbacks.module.css';

type Use = 'site' | 'none' | 'own';

/** Which models go on in the person's chats: those of the installation, none, or those of a list of their own. */
export function OwnFallbacks() {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: list } = useQuery(modelsQuery);
  const save = useSetFallbacks();
  const kept = me.model_fallbacks ?? null;
  // A list of one's own is empty at first, as none is.
  const [opened, setOpened] = useState(false);
  const fallbacks = save.isPending ? save.variables : kept;
  const use: Use = !fallbacks ? 'site' : fallbacks.length > 0 || opened ? 'own' : 'none';
  const choose = (chosen: Use) => {
    setOpened(chosen === 'own');
    const changes = chosen === 'site' ? fallbacks !== null : fallbacks === null || (chosen === 'none' && fallbacks.length > 0);
    if (changes) save.mutate(chosen === 'site' ? null : []);
  };
  return (
    <div className={styles.form}>
      <Select
        label={words.models.fallbacksUse}
        choices={[
          { value: 'site', label: asSite(list?.installation_fallbacks ?? [], (choice) => (list ? choiceName(choice, list) : choice.model)) },
          { value: 'none', label: words.models.fallbacksNone },
          { value: 'own', label: words.models.fallbacksOwn },
        ]}
        chosen={use}
        onChoose={(chosen) => choose(chosen as Use)}
      />
      {use === 'own' && (
        <FallbackList
          fallbacks={fallbacks ?? []}
          error={save.error}
          saved={save.isSuccess}
          onChange={(changed, done) => {
            setOpened(true);
            save.mutate(changed, { onSuccess: done });
          }}
        />
      )}
    </div>
  );
}

const asSite = (fallbacks: readonly ModelChoice[], nameOf: (choice: ModelChoice) => string): string =>
  fallbacks.length > 0 ? words.models.fallbacksAsSite(fallbacks.map(nameOf).join(', ')) : words.models.fallbacksAsSiteNone;
