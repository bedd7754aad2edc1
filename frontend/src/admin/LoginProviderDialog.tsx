import { useId, useState, type FormEvent } from 'react';
import { API, explain } from '../api/client';
import { useChangeProvider, useCreateProvider } from '../api/providers';
import type { IdentityProvider } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './admin.module.css';
import fields from '../controls/Field.module.css';

const GITHUB = 'https://github.com';

interface Props {
  /** The provider to change; without one, another is added. */
  provider?: IdentityProvider;
  onClose: () => void;
}

/** Adds a provider, or changes one. */
export function LoginProviderDialog({ provider, onClose }: Props) {
  const create = useCreateProvider();
  const change = useChangeProvider(provider?.slug ?? '');
  const [kind, setKind] = useState<IdentityProvider['kind']>(provider?.kind ?? 'oidc');
  const [slug, setSlug] = useState(provider?.slug ?? '');
  const kindId = useId();
  const { isPending, error } = provider ? change : create;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const list = (name: string) => text(name).split(/[\s,]+/).filter(Boolean);
    const scopes = list('scopes');
    const secret = text('client_secret');
    const common = {
      name: text('name'),
      client_id: text('client_id'),
      enabled: form.has('enabled'),
      registers: form.has('registers'),
      email_domains: list('email_domains'),
      ...(secret && { client_secret: secret }),
      ...(scopes.length > 0 && { scopes }),
    };
    if (provider) change.mutate(common, { onSuccess: onClose });
    else create.mutate({ ...common, slug, kind, issuer: text('issuer') }, { onSuccess: onClose });
  };

  return (
    <Dialog open onClose={onClose} title={provider ? words.providers.changeTitle(provider.name) : words.providers.addTitle}>
      <form className={styles.form} onSubmit={submit}>
        {!provider && (
          <>
            <div className={fields.field}>
              <label htmlFor={kindId}>{words.providers.kind}</label>
              <select id={kindId} value={kind} onChange={(event) => setKind(event.target.value as typeof kind)}>
                <option value="oidc">{words.providers.kinds.oidc}</option>
                <option value="github">{words.providers.kinds.github}</option>
              </select>
            </div>
            <Field
              label={words.providers.id}
              hint={words.providers.idHint}
              name="slug"
              value={slug}
              onChange={(event) => setSlug(event.target.value)}
              pattern="[a-z0-9-]{1,32}"
              autoCapitalize="none"
              autoComplete="off"
              required
            />
            <Field
              key={kind}
              label={kind === 'github' ? words.providers.githubAddress : words.providers.issuer}
              hint={kind === 'github' ? undefined : words.providers.issuerHint}
              name="issuer"
              type="url"
              defaultValue={kind === 'github' ? GITHUB : ''}
              required
            />
          </>
        )}
        <Field label={words.providers.name} hint={words.providers.nameHint} name="name" defaultValue={provider?.name} autoComplete="off" maxLength={60} required />
        <Field
          label={words.providers.callback}
          hint={words.providers.callbackHint}
          value={provider?.callback_url ?? callbackFor(slug)}
          onFocus={(event) => event.currentTarget.select()}
          readOnly
        />
        <Field label={words.providers.clientId} name="client_id" defaultValue={provider?.client_id} autoComplete="off" required />
        <Field
          label={words.providers.clientSecret}
          hint={provider?.has_client_secret ? words.providers.secretKept : words.providers.secretHint}
          name="client_secret"
          type="password"
          autoComplete="new-password"
          required={kind === 'github' && !provider}
        />
        <Field label={words.providers.scopes} hint={words.providers.scopesHint} name="scopes" defaultValue={provider?.scopes.join(' ')} autoComplete="off" />
        <Field
          label={words.providers.domains}
          hint={words.providers.domainsHint}
          name="email_domains"
          defaultValue={provider?.email_domains.join(' ')}
          autoComplete="off"
        />
        <label className={styles.check}>
          <input type="checkbox" name="enabled" defaultChecked={provider?.enabled ?? true} />
          {words.providers.enabled}
        </label>
        <label className={styles.check}>
          <input type="checkbox" name="registers" defaultChecked={provider?.registers ?? true} />
          {words.providers.registers}
        </label>
        {error && <Notice>{explain(error)}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>{words.shell.cancel}</Button>
          <Button variant="accent" type="submit" disabled={isPending}>
            {words.admin.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Where the provider has to send browsers back to, as long as people open Deskhand at this address. */
const callbackFor = (slug: string) => {
  const base = new URL(`${API}/auth/providers/`, window.location.href).href;
  return `${base}${slug || '…'}/callback`;
};
