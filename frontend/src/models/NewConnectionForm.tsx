import { useState } from 'react';
import { useCreateConnection, type Owner } from '../api/models';
import { Select } from '../controls/Select';
import { words } from '../words';
import { AddressField, ConnectionForm, KeyField, NameField } from './ConnectionForm';
import { isVendor, SERVERS, VENDORS, type Preset } from './presets';

/** Adds a model connection, whose server is asked for its models first. */
export function NewConnectionForm({ owner, onClose }: { owner: Owner; onClose: () => void }) {
  const create = useCreateConnection(owner);
  const [preset, setPreset] = useState(VENDORS[0]!);
  const { id, provider, address, needsKey } = preset;
  const label = words.models.presets[id];
  const choices = (presets: readonly Preset[]) => presets.map((one) => ({ value: one.id, label: words.models.presets[one.id] }));
  const hint = isVendor(preset) ? words.models.vendorAddress : owner === 'person' ? words.models.serverAddress : words.models.siteServerAddress;
  return (
    <ConnectionForm
      save={create}
      onSave={({ key, ...entered }, unchecked) => create.mutate({ ...entered, provider, unchecked, ...(key && { key }) }, { onSuccess: onClose })}
      onCancel={onClose}
    >
      <Select
        label={words.models.preset}
        choices={[
          { label: words.models.vendors, choices: choices(VENDORS) },
          { label: words.models.servers, choices: choices(SERVERS) },
        ]}
        chosen={id}
        onChoose={(chosen) => setPreset([...VENDORS, ...SERVERS].find((one) => one.id === chosen)!)}
      />
      <KeyField required={needsKey} hint={needsKey ? words.models.keyNew : words.models.keyOptional} />
      {/* Another preset fills these anew. */}
      <NameField key={`${id}-name`} defaultValue={label} />
      <AddressField key={`${id}-address`} defaultValue={address} hint={hint} />
    </ConnectionForm>
  );
}
