import { useState } from 'react';
import { useCreateConnection, type Owner } from '../api/models';
import { Select } from '../controls/Select';
import { words } from '../words';
import { AddressField, ConnectionForm, KeyField, NameField } from './ConnectionForm';
import { CloudCredentialFields, CloudPlaceFields } from './CloudFields';
import { credentialsOf, hasOwnAddress, platformOf } from './clouds';
import { CLOUDS, isVendor, SERVERS, VENDORS, type Preset } from './presets';

/** Adds a model connection, whose server is asked for its models first. */
export function NewConnectionForm({ owner, onClose }: { owner: Owner; onClose: () => void }) {
  const create = useCreateConnection(owner);
  const [preset, setPreset] = useState(VENDORS[0]!);
  const { id, provider, address, needsKey, platform } = preset;
  const label = words.models.presets[id];
  const choices = (presets: readonly Preset[]) => presets.map((one) => ({ value: one.id, label: words.models.presets[one.id] }));
  const hint = isVendor(preset) ? words.models.vendorAddress : owner === 'person' ? words.models.serverAddress : words.models.siteServerAddress;
  return (
    <ConnectionForm
      save={create}
      onSave={(entered, unchecked) => {
        const { name, address } = entered;
        const key = credentialsOf(entered);
        const place = platform && { platform: platformOf(platform, entered) };
        create.mutate({ name, provider, unchecked, ...(address && { address }), ...place, ...(key && { key }) }, { onSuccess: onClose });
      }}
      onCancel={onClose}
    >
      <Select
        label={words.models.preset}
        choices={[
          { label: words.models.vendors, choices: choices(VENDORS) },
          { label: words.models.clouds, choices: choices(CLOUDS) },
          { label: words.models.servers, choices: choices(SERVERS) },
        ]}
        chosen={id}
        onChoose={(chosen) => setPreset([...VENDORS, ...CLOUDS, ...SERVERS].find((one) => one.id === chosen)!)}
      />
      {platform ? (
        <CloudCredentialFields key={`${id}-credentials`} platform={platform} provider={provider} hint={words.models.keyNew} required />
      ) : (
        <KeyField required={needsKey} hint={needsKey ? words.models.keyNew : words.models.keyOptional} />
      )}
      {/* Another preset fills these anew. */}
      <NameField key={`${id}-name`} defaultValue={label} />
      {platform && <CloudPlaceFields key={`${id}-place`} platform={{ name: platform }} />}
      {(!platform || hasOwnAddress(platform)) && (
        <AddressField
          key={`${id}-address`}
          defaultValue={address}
          hint={platform && hasOwnAddress(platform) ? words.models.cloudAddress[platform] : hint}
        />
      )}
    </ConnectionForm>
  );
}
