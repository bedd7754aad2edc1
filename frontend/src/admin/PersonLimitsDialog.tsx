import { useQuery } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { explain } from '../api/client';
import { siteSettingsQuery, useChangePerson } from '../api/people';
import type { User } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { LimitFields, limitsIn } from '../controls/LimitFields';
import { Notice } from '../controls/Notice';
import { words } from '../words';

/** The limits of one person. */
export function PersonLimitsDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const settings = useQuery(siteSettingsQuery);
  const change = useChangePerson(person.id);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate({ limits: limitsIn(event.currentTarget, words.admin.limitNames) }, { onSuccess: onClose });
  };
  const error = settings.error ?? change.error;
  return (
    <Dialog open onClose={onClose} title={words.admin.limitsOf(person.username)} body={words.admin.limitsOfBody}>
      {settings.data && (
        <form onSubmit={submit}>
          <LimitFields labels={words.admin.limitNames} limits={person.limits} otherwise={settings.data.limits.value} />
          {error && <Notice>{explain(error)}</Notice>}
          <DialogActions>
            <Button onClick={onClose}>{words.shell.cancel}</Button>
            <Button variant="accent" type="submit" disabled={change.isPending}>
              {change.isPending ? words.admin.saving : words.admin.save}
            </Button>
          </DialogActions>
        </form>
      )}
      {!settings.data && error && <Notice>{explain(error)}</Notice>}
    </Dialog>
  );
}
