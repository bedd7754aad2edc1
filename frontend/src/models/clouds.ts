import type { ModelApi, Platform, PlatformName } from '../api/types';

/** The fields of a cloud's form besides the key. */
export const CLOUD_FIELDS = ['region', 'project', 'workspace', 'apiVersion', 'accessKeyId', 'secretAccessKey', 'sessionToken'] as const;

export type CloudField = (typeof CLOUD_FIELDS)[number];

type PlaceField = 'region' | 'project' | 'workspace' | 'apiVersion';

/** A field of a form, which may be required or not. */
type PlaceInput = { example: string } & ({ name: PlaceField; required: true } | { name: 'project' | 'apiVersion'; required: false });

/** What addresses models in each cloud. */
export const PLACE_FIELDS: Record<PlatformName, readonly PlaceInput[]> = {
  bedrock: [{ name: 'region', required: true, example: 'us-east-1' }],
  aws: [
    { name: 'region', required: true, example: 'us-east-1' },
    { name: 'workspace', required: true, example: 'wrkspc_…' },
  ],
  vertex: [
    { name: 'region', required: true, example: 'global' },
    { name: 'project', required: false, example: 'my-project' },
  ],
  'google-cloud': [
    { name: 'project', required: false, example: 'my-project' },
    { name: 'workspace', required: true, example: 'wrkspc_…' },
  ],
  foundry: [],
  azure: [{ name: 'apiVersion', required: false, example: '2026-08-01' }],
};

/** Whether every customer of a cloud has an address of their own there. */
export const hasOwnAddress = (platform: PlatformName): platform is 'foundry' | 'azure' => platform === 'foundry' || platform === 'azure';

/** Whether requests may be signed with an access key in place of an API key. */
export const takesAccessKeys = (platform: PlatformName): boolean => platform === 'bedrock' || platform === 'aws';

/** What a cloud takes besides tokens. */
export const keyKind = (platform: PlatformName, provider: ModelApi): 'apiKey' | 'keyFile' | 'keyFileOrApiKey' => {
  if (platform !== 'vertex' && platform !== 'google-cloud') return 'apiKey';
  return provider === 'gemini' ? 'keyFileOrApiKey' : 'keyFile';
};

/** The cloud as it was entered. */
export function platformOf(name: PlatformName, entered: Record<PlaceField, string>): Platform {
  const { region, project, workspace, apiVersion } = entered;
  return {
    name,
    ...(region && { region }),
    ...(project && { project }),
    ...(workspace && { workspace }),
    ...(apiVersion && { api_version: apiVersion }),
  };
}

const FIELDS_OF_PLATFORMS = ['name', 'region', 'project', 'workspace', 'api_version'] as const;

/** Whether two are the same cloud with the same fields. */
export const isSamePlace = (one: Platform, other: Platform): boolean =>
  FIELDS_OF_PLATFORMS.every((field) => (one[field] ?? '') === (other[field] ?? ''));

/** The key, or an access key as the API takes it; empty if none was entered. */
export function credentialsOf(entered: Record<'key' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken', string>): string {
  const { key, accessKeyId, secretAccessKey, sessionToken } = entered;
  if (!accessKeyId && !secretAccessKey) return key;
  return JSON.stringify({
    access_key_id: accessKeyId,
    secret_access_key: secretAccessKey,
    ...(sessionToken && { session_token: sessionToken }),
  });
}
