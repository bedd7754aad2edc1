import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { explain } from '../api/client';
import { identitiesQuery, useProviderLogin, useUnlink } from '../api/providers';
import { waysQuery } from '../api/session';
import { ProviderProblem } from '../auth/ProviderProblem';
import { Button } from '../controls/Button';
import { words } from '../words';
import styles from './AccountPage.module.css';

/** The browser comes back to the top of the page. */
const showIt = (element: HTMLElement | null) => element?.scrollIntoView({ block: 'center' });

/** The accounts elsewhere with which the person logs in. */
export function LinkedLogins() {
  const { error: code, provider } = useSearch({ from: '/shell/account' });
  const ways = useQuery(waysQuery);
  const { data: identities, error: unread } = useQuery(identitiesQuery);
  const login = useProviderLogin();
  const unlink = useUnlink();
  const error = unread ?? unlink.error ?? login.error;
  return (
    <>
      {code && (
        <div className={styles.empty} ref={showIt}>
          <ProviderProblem code={code} provider={provider} link />
        </div>
      )}
      {identities?.length === 0 && <p className={styles.empty}>{words.providers.noneLinked}</p>}
      {!!identities?.length && (
        <ul className={styles.list} aria-label={words.providers.linkedTitle}>
          {identities.map((identity) => (
            <li key={identity.id} className={styles.row}>
              <div className={styles.what}>
                <strong>{identity.provider_name}</strong>
                <small>{[identity.login, words.providers.linkedOn(words.time.day(identity.linked_at))].filter(Boolean).join(' · ')}</small>
              </div>
              <Button
                size="small"
                aria-label={words.providers.unlinkNamed(identity.provider_name)}
                disabled={unlink.isPending}
                onClick={() => unlink.mutate(identity.id)}
              >
                {words.providers.unlink}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.actions}>
        {ways.data?.providers.map(({ slug, name }) => (
          <Button key={slug} disabled={login.isPending} onClick={() => login.mutate({ provider: slug, link: true })}>
            {words.providers.link(name)}
          </Button>
        ))}
        <p className={styles.problem} role="status">
          {error && explain(error)}
        </p>
      </div>
    </>
  );
}
