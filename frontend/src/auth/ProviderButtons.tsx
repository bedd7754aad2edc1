import { useQuery } from '@tanstack/react-query';
import { explain } from '../api/client';
import { useProviderLogin } from '../api/providers';
import { waysQuery } from '../api/session';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './auth.module.css';

interface Props {
  /** A path of this site to go to afterwards. */
  next?: string;
  invitation?: string;
  /** Only the providers that make accounts. */
  registering?: boolean;
}

/** The other ways to log in or register, below a form. */
export function ProviderButtons({ next, invitation, registering }: Props) {
  const ways = useQuery(waysQuery);
  const login = useProviderLogin();
  const providers = ways.data?.providers.filter(({ registers }) => registers || !registering) ?? [];
  if (providers.length === 0) return null;
  return (
    <div className={styles.providers}>
      <p className={styles.or}>{words.providers.or}</p>
      {providers.map(({ slug, name }) => (
        <Button key={slug} className={styles.submit} disabled={login.isPending} onClick={() => login.mutate({ provider: slug, next, invitation })}>
          {words.providers.continueWith(name)}
        </Button>
      ))}
      {login.error && <Notice>{explain(login.error)}</Notice>}
    </div>
  );
}
