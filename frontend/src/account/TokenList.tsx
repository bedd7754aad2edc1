import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tokensQuery, useRevokeToken } from '../api/account';
import { explain } from '../api/client';
import type { ApiToken } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { useNow } from '../controls/useNow';
import { words } from '../words';
import styles from './AccountPage.module.css';
import { NewTokenDialog } from './NewTokenDialog';

/** How often times such as “5 minutes ago” are updated. */
const MINUTE_MS = 60_000;

/** The tokens of the person's programs. */
export function TokenList() {
  const { data: tokens, error: unread } = useQuery(tokensQuery);
  const revoke = useRevokeToken();
  const [creating, setCreating] = useState(false);
  const [leaving, setLeaving] = useState<ApiToken | null>(null);
  const error = unread ?? revoke.error;
  return (
    <>
      {tokens?.length === 0 && <p className={styles.empty}>{words.account.noTokens}</p>}
      {tokens && tokens.length > 0 && (
        <ul className={styles.list} aria-label={words.account.tokensTitle}>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} onRevoke={() => setLeaving(token)} />
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        <Button onClick={() => setCreating(true)}>{words.account.newToken}</Button>
        <p className={styles.problem} role="status">
          {error && explain(error)}
        </p>
      </div>
      {creating && <NewTokenDialog onClose={() => setCreating(false)} />}
      {leaving && (
        <Dialog
          open
          onClose={() => setLeaving(null)}
          title={words.account.revokeTitle(leaving.name)}
          body={words.account.revokeBody}
        >
          <DialogActions>
            <Button onClick={() => setLeaving(null)}>{words.account.cancel}</Button>
            <Button
              variant="danger"
              onClick={() => {
                revoke.mutate(leaving.id);
                setLeaving(null);
              }}
            >
              {words.account.revoke}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}

function TokenRow({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
  const now = useNow(MINUTE_MS);
  const used = token.last_used_at ? words.account.lastUsed(Math.max(0, now - Date.parse(token.last_used_at))) : words.account.neverUsed;
  const expiry = !token.expires_at
    ? words.account.noExpiry
    : Date.parse(token.expires_at) <= now
      ? words.account.expired
      : words.account.expires(words.time.day(token.expires_at));
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <strong>{token.name}</strong>
        <small>{[`${token.prefix}…`, used, expiry].join(' · ')}</small>
        <small>{token.scopes.join(', ')}</small>
      </div>
      <Button size="small" aria-label={words.account.revokeNamed(token.name)} onClick={onRevoke}>
        {words.account.revoke}
      </Button>
    </li>
  );
}
