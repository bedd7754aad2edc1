import { useState } from 'react';
import type { ModelApi, Platform, PlatformName } from '../api/types';
import { Field } from '../controls/Field';
import { Select } from '../controls/Select';
import { words } from '../words';
import { keyKind, PLACE_FIELDS, takesAccessKeys } from './clouds';
import { KeyField } from './ConnectionForm';

/** Where a cloud serves the models: its region, project and workspace. */
export const CloudPlaceFields = ({ platform }: { platform: Platform }) => {
  const values = { ...platform, apiVersion: platform.api_version };
  return PLACE_FIELDS[platform.name].map((field) => (
    <Field
      key={field.name}
      label={words.models.cloudFields[field.name]}
      hint={field.required ? undefined : words.models.cloudOptional[field.name]}
      name={field.name}
      defaultValue={values[field.name] ?? ''}
      placeholder={field.example}
      autoComplete="off"
      spellCheck={false}
      maxLength={100}
      required={field.required}
    />
  ));
};

interface Props {
  platform: PlatformName;
  provider: ModelApi;
  hint: string;
  required?: boolean;
}

const secret = { type: 'password', autoComplete: 'new-password', spellCheck: false, maxLength: 4000 } as const;

/** Who calls a cloud: an API key, an access key of AWS, or the key file of an account of Google. They are always empty at first. */
export function CloudCredentialFields({ platform, provider, hint, required = false }: Props) {
  const [kind, setKind] = useState<'apiKey' | 'accessKey'>('apiKey');
  const kindOfKey = keyKind(platform, provider);
  const file = kindOfKey === 'apiKey' ? undefined : words.models.cloudKey[kindOfKey];
  return (
    <>
      {takesAccessKeys(platform) && (
        <Select
          label={words.models.credentials}
          choices={[
            { value: 'apiKey', label: words.models.key },
            { value: 'accessKey', label: words.models.accessKey },
          ]}
          chosen={kind}
          onChoose={(chosen) => setKind(chosen === 'accessKey' ? 'accessKey' : 'apiKey')}
        />
      )}
      {kind === 'apiKey' ? (
        <KeyField label={file?.label} required={required} hint={file ? `${file.hint} ${hint}` : hint} />
      ) : (
        <>
          <Field label={words.models.accessKeyId} name="accessKeyId" autoComplete="off" spellCheck={false} maxLength={128} required={required} />
          <Field label={words.models.secretAccessKey} hint={hint} name="secretAccessKey" {...secret} required={required} />
          <Field label={words.models.sessionToken} hint={words.models.sessionTokenHint} name="sessionToken" {...secret} />
        </>
      )}
    </>
  );
}
