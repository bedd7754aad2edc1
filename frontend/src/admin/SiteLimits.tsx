import { useQuery } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { explain } from '../api/client';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import { Notice } from '../controls/Notice';
import { LimitFields, limitsIn } from './LimitFields';
import { SaveBar } from './SaveBar';

/** The limits of everybody. */
export function SiteLimits() {
  const settings = useQuery(siteSettingsQuery);
  const save = useChangeSiteSettings();
  const error = settings.error ?? save.error;
  if (!settings.data) return error && <Notice>{explain(error)}</Notice>;
  const { set, value, fixed } = settings.data.limits;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate({ limits: limitsIn(event.currentTarget) });
  };
  return (
    <form onSubmit={submit}>
      <LimitFields limits={set} otherwise={value} fixed={fixed} />
      {error && <Notice>{explain(error)}</Notice>}
      <SaveBar change={save} />
    </form>
  );
}
