import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '../api/client';
import { connectionsQuery, type Owner } from '../api/models';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { ConnectionDialog } from './ConnectionDialog';
import { ConnectionRow } from './ConnectionRow';
import styles from './ConnectionList.module.css';

interface Props {
  owner: Owner;
  /** Whether nobody may add any. Those that are there can be deleted. */
  forbidden?: boolean;
}

/** The model connections of the person, or of the installation. */
export function ConnectionList({ owner, forbidden = false }: Props) {
  const connections = useQuery(connectionsQuery(owner));
  const [adding, setAdding] = useState(false);
  return (
    <>
      {forbidden ? (
        <p className={styles.forbidden} role="status">{words.models.forbidden}</p>
      ) : (
        <Button onClick={() => setAdding(true)}>{words.models.add}</Button>
      )}
      {connections.error && <Notice>{explain(connections.error)}</Notice>}
      {connections.data?.length === 0 && <p className={styles.none}>{words.models.none}</p>}
      <ul className={styles.list} aria-label={owner === 'person' ? words.models.keysTitle : words.models.siteKeysTitle}>
        {connections.data?.map((connection) => (
          <ConnectionRow key={connection.id} owner={owner} connection={connection} fixed={forbidden} />
        ))}
      </ul>
      {adding && !forbidden && <ConnectionDialog owner={owner} onClose={() => setAdding(false)} />}
    </>
  );
}
