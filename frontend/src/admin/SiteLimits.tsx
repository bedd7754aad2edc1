import { useQuery } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { explain } from '../api/client';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import { LimitFields, limitsIn } from '../controls/LimitFields';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { SaveBar } from './SaveBar';

/** The limits of each person for whom nothing else is set, or of everybody together. */
export function SiteLimits({ of }: { of: 'limits' | 'total_limits' }) {
  const labels = of === 'limits' ? words.admin.limitNames : words.admin.totalLimitNames;
  const settings = useQuery(siteSettingsQuery);
  const save = useChangeSiteSettings();
  const error = settings.error ?? save.error;
  if (!settings.data) return error && <Notice>{explain(error)}</Notice>;
  const { set, value, fixed } = settings.data[of];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate({ [of]: limitsIn<string>(event.currentTarget, labels) });
  };
  return (
    <form onSubmit={submit}>
      <LimitFields<string> labels={labels} limits={set} otherwise={value} fixed={fixed} />
      {error && <Notice>{explain(error)}</Notice>}
      <SaveBar change={save} />
    </form>
  );
}
