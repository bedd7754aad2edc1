import { useState } from 'react';
import { explain } from '../api/client';
import { useCheckConnection, type Owner } from '../api/models';
import type { ModelConnection } from '../api/types';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { providerName } from './choice';
import { ConnectionDialog } from './ConnectionDialog';
import { DeleteConnectionDialog } from './DeleteConnectionDialog';
import styles from './ConnectionList.module.css';

interface Props {
  owner: Owner;
  connection: ModelConnection;
  /** Whether it can't be changed. */
  fixed: boolean;
}

/** A model connection: where it leads, what was found there, and what is wrong with it. */
export function ConnectionRow({ owner, connection, fixed }: Props) {
  const { name, provider, platform, address, models, problem, checked_at: checkedAt } = connection;
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const check = useCheckConnection(owner, connection.id);
  const close = () => setOpen(null);
  const found = [words.models.count(models.length), checkedAt ? words.models.checked(words.time.dateTime(checkedAt)) : words.models.unchecked];
  return (
    <li className={styles.row}>
      <div className={styles.about}>
        <span className={styles.name}>{name}</span>
        <span className={styles.quiet}>{[platform ? words.models.platforms[platform.name] : providerName(provider), keyOf(connection)].join(' · ')}</span>
        <code className={styles.address}>{address}</code>
        <span className={styles.quiet}>{found.join(' · ')}</span>
        {check.error ? <Notice>{explain(check.error)}</Notice> : problem && <Notice>{problem}</Notice>}
        <span role="status">{check.isSuccess && !problem ? words.models.checkOk(words.models.count(models.length)) : ''}</span>
      </div>
      <div className={styles.buttons}>
        <Button size="small" aria-label={check.isPending ? undefined : words.models.checkNamed(name)} disabled={check.isPending} onClick={() => check.mutate()}>
          {check.isPending ? words.models.checking : words.models.check}
        </Button>
        {!fixed && (
          <Button size="small" aria-label={words.models.changeNamed(name)} onClick={() => setOpen('change')}>
            {words.models.change}
          </Button>
        )}
        <Button size="small" aria-label={words.models.removeNamed(name)} onClick={() => setOpen('remove')}>
          {words.models.remove}
        </Button>
      </div>
      {open === 'change' && <ConnectionDialog owner={owner} connection={connection} onClose={close} />}
      {open === 'remove' && <DeleteConnectionDialog owner={owner} connection={connection} onClose={close} />}
    </li>
  );
}

/** Its key, of which the end is known unless it is short. */
function keyOf({ has_key: hasKey, key_end: end }: ModelConnection): string {
  if (!hasKey) return typeof end === 'string' ? words.models.keyLost : words.models.noKey;
  return end ? words.models.keyEnd(end) : words.models.keySet;
}
