import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { retentionQuery } from '../api/administration';
import { explain } from '../api/client';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import { LimitFields, limitsIn } from '../controls/LimitFields';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { SaveBar } from './SaveBar';

/** How long things are kept. */
export function RetentionForm() {
  const client = useQueryClient();
  const settings = useQuery(siteSettingsQuery);
  const save = useChangeSiteSettings();
  const labels = words.retention.names;
  const error = settings.error ?? save.error;
  if (!settings.data) return error && <Notice>{explain(error)}</Notice>;
  const { set, value, fixed } = settings.data.retention;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const retention = limitsIn(event.currentTarget, labels);
    save.mutate({ retention }, { onSuccess: () => client.invalidateQueries(retentionQuery) });
  };
  return (
    <form onSubmit={submit}>
      <LimitFields labels={labels} limits={set} otherwise={value} fixed={fixed} min={1} />
      {error && <Notice>{explain(error)}</Notice>}
      <SaveBar change={save} />
    </form>
  );
}
