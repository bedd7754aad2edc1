import { useQuery } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { explain } from '../api/client';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { LimitFields, limitsIn } from './LimitFields';
import styles from './admin.module.css';

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
      <div className={styles.start}>
        <Button type="submit" disabled={save.isPending}>
          {save.isPending ? words.admin.saving : words.admin.save}
        </Button>
        <span className={styles.saved} role="status">
          {save.isSuccess ? words.admin.saved : ''}
        </span>
      </div>
    </form>
  );
}
