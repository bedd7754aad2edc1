import { useState } from 'react';
import { useChangeConnection, type Owner } from '../api/models';
import type { ModelConnection } from '../api/types';
import { words } from '../words';
import { AddressField, ConnectionForm, KeyField, NameField } from './ConnectionForm';
import { CloudCredentialFields, CloudPlaceFields } from './CloudFields';
import { credentialsOf, isSamePlace, platformOf } from './clouds';
import styles from './ConnectionForm.module.css';

interface Props {
  owner: Owner;
  connection: ModelConnection;
  onClose: () => void;
}

/** Changes a model connection. What stays as it is is not sent. */
export function ChangeConnectionForm({ owner, connection, onClose }: Props) {
  const change = useChangeConnection(owner, connection.id);
  const { has_key: hasKey, key_end: keyEnd, platform } = connection;
  const hadKey = typeof keyEnd === 'string';
  const mayLackKey = connection.provider === 'openai-compatible';
  const [keyless, setKeyless] = useState(false);
  const hint = hasKey ? words.models.keyKept : hadKey ? words.models.keyGone : words.models.keyOptional;
  return (
    <ConnectionForm
      save={change}
      onSave={(entered, unchecked) => {
        const { name, address } = entered;
        const key = credentialsOf(entered);
        const place = platform && platformOf(platform.name, entered);
        change.mutate(
          {
            unchecked,
            ...(place && !isSamePlace(place, platform) && { platform: place }),
            ...(name !== connection.name && { name }),
            ...(address !== connection.address && { address }),
            ...(keyless ? { key: null } : key && { key }),
          },
          { onSuccess: onClose },
        );
      }}
      onCancel={onClose}
    >
      <NameField defaultValue={connection.name} />
      <AddressField defaultValue={connection.address} />
      {platform && <CloudPlaceFields platform={platform} />}
      {platform ? (
        <CloudCredentialFields platform={platform.name} provider={connection.provider} hint={hint} required={hadKey && !hasKey} />
      ) : (
        <KeyField required={hadKey && !hasKey && !keyless} disabled={keyless} hint={hint} />
      )}
      {mayLackKey && hadKey && (
        <label className={styles.check}>
          <input type="checkbox" checked={keyless} onChange={(event) => setKeyless(event.target.checked)} />
          {words.models.needsNoKey}
        </label>
      )}
    </ConnectionForm>
  );
}
