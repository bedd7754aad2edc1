import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '../api/client';
import { providersQuery, useCheckProvider, useDeleteProvider } from '../api/providers';
import type { IdentityProvider } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { LoginProviderDialog } from './LoginProviderDialog';
import styles from './admin.module.css';

/** The providers with which people may log in. */
export function LoginProviders() {
  const providers = useQuery(providersQuery);
  const [adding, setAdding] = useState(false);
  return (
    <>
      <div className={styles.start}>
        <Button onClick={() => setAdding(true)}>{words.providers.add}</Button>
      </div>
      {providers.error && <Notice>{explain(providers.error)}</Notice>}
      {providers.data?.length === 0 && <p className={styles.none}>{words.providers.noProviders}</p>}
      <ul className={styles.list}>
        {providers.data?.map((provider) => <ProviderRow key={provider.slug} provider={provider} />)}
      </ul>
      {adding && <LoginProviderDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function ProviderRow({ provider }: { provider: IdentityProvider }) {
  const { name, issuer, callback_url: callback, enabled, is_fixed: fixed } = provider;
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const check = useCheckProvider(provider.slug);
  const close = () => setOpen(null);
  return (
    <li className={`${styles.row} ${styles.provider}`}>
      <div className={styles.who}>
        <span className={styles.name}>
          {name}
          {!enabled && <span className={`${styles.badge} ${styles.off}`}>{words.providers.disabledBadge}</span>}
        </span>
        <span className={styles.quiet}>
          {words.providers.kinds[provider.kind]} · {issuer}
        </span>
        <span className={styles.quiet}>
          {words.providers.callback}: <code>{callback}</code>
        </span>
        {fixed && <span className={styles.quiet}>{words.providers.fixed}</span>}
        {check.error && <Notice>{explain(check.error)}</Notice>}
        {check.data && !check.data.ok && <Notice>{check.data.problem}</Notice>}
        {check.data?.ok && <span role="status">{words.providers.checkOk}</span>}
      </div>
      <div className={styles.buttons}>
        <Button size="small" aria-label={words.providers.checkNamed(name)} disabled={check.isPending} onClick={() => check.mutate()}>
          {words.providers.check}
        </Button>
        {!fixed && (
          <>
            <Button size="small" aria-label={words.providers.changeNamed(name)} onClick={() => setOpen('change')}>
              {words.providers.change}
            </Button>
            <Button size="small" aria-label={words.providers.removeNamed(name)} onClick={() => setOpen('remove')}>
              {words.providers.remove}
            </Button>
          </>
        )}
      </div>
      {open === 'change' && <LoginProviderDialog provider={provider} onClose={close} />}
      {open === 'remove' && <RemoveDialog provider={provider} onClose={close} />}
    </li>
  );
}

function RemoveDialog({ provider, onClose }: { provider: IdentityProvider; onClose: () => void }) {
  const remove = useDeleteProvider(provider.slug);
  return (
    <Dialog open onClose={onClose} title={words.providers.removeTitle(provider.name)} body={words.providers.removeBody}>
      {remove.error && <Notice>{explain(remove.error)}</Notice>}
      <DialogActions>
        <Button onClick={onClose}>{words.shell.cancel}</Button>
        <Button variant="danger" disabled={remove.isPending} onClick={() => remove.mutate()}>
          {words.providers.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
