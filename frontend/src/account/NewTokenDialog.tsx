import { useSuspenseQuery } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { useCreateToken } from '../api/account';
import { explain } from '../api/client';
import { meQuery } from '../api/session';
import type { Scope } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { useCopy } from '../controls/useCopy';
import { words } from '../words';
import styles from './AccountPage.module.css';

const DAY_MS = 86_400_000;
const EXPIRIES = [30, 90, 365, 0] as const;
const OF_SUPERUSERS: Scope[] = ['admin', 'metrics'];

/** Creates a token, and then shows it once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const create = useCreateToken();
  if (create.data) return <CreatedDialog token={create.data.token} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} title={words.account.newTokenTitle}>
      <TokenForm create={create} onCancel={onClose} />
    </Dialog>
  );
}

function TokenForm({ create, onCancel }: { create: ReturnType<typeof useCreateToken>; onCancel: () => void }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const [missing, setMissing] = useState<string | null>(null);
  const expiryId = useId();
  const scopes = (Object.keys(words.account.scopes) as Scope[]).filter((scope) => !OF_SUPERUSERS.includes(scope) || me.is_superuser);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get('name')).trim();
    const chosen = form.getAll('scope') as Scope[];
    const days = Number(form.get('days'));
    const problem = !name ? words.account.nameMissing : chosen.length === 0 ? words.account.scopesMissing : null;
    setMissing(problem);
    if (problem) return;
    const expires_at = days > 0 ? new Date(Date.now() + days * DAY_MS).toISOString() : null;
    create.mutate({ name, scopes: chosen, expires_at });
  };
  const problem = missing ?? (create.error && explain(create.error));
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field label={words.account.tokenName} hint={words.account.tokenNameHint} name="name" maxLength={100} autoComplete="off" />
      <fieldset className={styles.scopes}>
        <legend>{words.account.tokenScopes}</legend>
        {scopes.map((scope) => (
          <label key={scope} className={styles.option}>
            <input type="checkbox" name="scope" value={scope} />
            {words.account.scopes[scope]}
          </label>
        ))}
      </fieldset>
      <div className={styles.select}>
        <label htmlFor={expiryId}>{words.account.expiry}</label>
        <select id={expiryId} name="days" defaultValue={90}>
          {EXPIRIES.map((days) => (
            <option key={days} value={days}>
              {words.account.expiries[days]}
            </option>
          ))}
        </select>
      </div>
      {problem && <Notice>{problem}</Notice>}
      <DialogActions>
        <Button onClick={onCancel}>{words.account.cancel}</Button>
        <Button variant="accent" type="submit" disabled={create.isPending}>
          {create.isPending ? words.account.creating : words.account.create}
        </Button>
      </DialogActions>
    </form>
  );
}

function CreatedDialog({ token, onClose }: { token: string; onClose: () => void }) {
  const { outcome, copy } = useCopy(token);
  return (
    <Dialog open onClose={onClose} title={words.account.newTokenTitle} body={words.account.tokenCreated}>
      <div className={styles.token}>
        <code aria-label={words.account.token}>{token}</code>
        <Button onClick={copy}>{outcome === 'copied' ? words.account.copied : words.account.copy}</Button>
      </div>
      {outcome === 'failed' && <Notice>{words.account.copyFailed}</Notice>}
      <DialogActions>
        <Button variant="accent" onClick={onClose}>
          {words.account.done}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
