import { useMutation, useQuery } from '@tanstack/react-query';
import { endAllSessions, sessionsQuery, useEndSession } from '../api/account';
import { explain } from '../api/client';
import type { Session } from '../api/types';
import { LOGOUT, useLoggedOut } from '../auth/session';
import { Button } from '../controls/Button';
import { useNow } from '../controls/useNow';
import { words } from '../words';
import styles from './AccountPage.module.css';
import { describeClient } from './describeClient';

/** How often times such as “5 minutes ago” are updated. */
const MINUTE_MS = 60_000;

/** Where the person is logged in. */
export function SessionList() {
  const { data: sessions, error: unread } = useQuery(sessionsQuery);
  const end = useEndSession();
  const everywhere = useMutation({ mutationKey: LOGOUT, mutationFn: endAllSessions, onSuccess: useLoggedOut() });
  const error = unread ?? end.error ?? everywhere.error;
  return (
    <>
      <ul className={styles.list} aria-label={words.account.sessionsTitle}>
        {sessions?.map((session) => (
          <SessionRow key={session.id} session={session} onEnd={() => end.mutate(session.id)} ending={end.isPending} />
        ))}
      </ul>
      <div className={styles.actions}>
        <Button onClick={() => everywhere.mutate()} disabled={everywhere.isPending}>
          {words.account.logOutEverywhere}
        </Button>
        <p className={styles.problem} role="status">
          {error && explain(error)}
        </p>
      </div>
    </>
  );
}

interface RowProps {
  session: Session;
  onEnd: () => void;
  ending: boolean;
}

function SessionRow({ session, onEnd, ending }: RowProps) {
  const now = useNow(MINUTE_MS);
  const name = session.label || describeClient(session.client);
  const used = words.account.lastUsed(Math.max(0, now - Date.parse(session.last_used_at)));
  const details = [used, session.address, words.account.loggedIn(words.time.day(session.created_at))];
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <strong>{name}</strong>
        {session.current && <span className={styles.current}>{words.account.thisSession}</span>}
        <small>{details.filter(Boolean).join(' · ')}</small>
      </div>
      {!session.current && (
        <Button size="small" aria-label={words.account.endNamed(name)} onClick={onEnd} disabled={ending}>
          {words.account.end}
        </Button>
      )}
    </li>
  );
}
