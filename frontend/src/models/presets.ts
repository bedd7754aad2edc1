import type { ModelApi, PlatformName } from '../api/types';
import type { Catalogue } from '../words/catalogue';

/** A vendor or a kind of server, as it is usually set up. */
export interface Preset {
  id: keyof Catalogue['models']['presets'];
  provider: ModelApi;
  /** The base address of its API; empty when everybody has another one. */
  address: string;
  needsKey: boolean;
  /** The cloud that serves the vendor's models. */
  platform?: PlatformName;
}

const compatible = (id: Preset['id'], address: string, needsKey: boolean): Preset => ({ id, provider: 'openai-compatible', address, needsKey });

export const VENDORS: readonly Preset[] = [
  { id: 'anthropic', provider: 'anthropic', address: 'https://api.anthropic.com', needsKey: true },
  { id: 'openai', provider: 'openai', address: 'https://api.openai.com/v1', needsKey: true },
  { id: 'gemini', provider: 'gemini', address: 'https://generativelanguage.googleapis.com', needsKey: true },
  compatible('mistral', 'https://api.mistral.ai/v1', true),
  compatible('openrouter', 'https://openrouter.ai/api/v1', true),
  compatible('groq', 'https://api.groq.com/openai/v1', true),
  compatible('deepseek', 'https://api.deepseek.com', true),
  compatible('xai', 'https://api.x.ai/v1', true),
  compatible('together', 'https://api.together.xyz/v1', true),
];

const cloud = (id: Preset['id'], provider: ModelApi, platform: PlatformName): Preset => ({ id, provider, platform, address: '', needsKey: true });

/** Clouds that serve a vendor's models. */
export const CLOUDS: readonly Preset[] = [
  cloud('bedrock', 'anthropic', 'bedrock'),
  cloud('claudeOnAws', 'anthropic', 'aws'),
  cloud('claudeByVertex', 'anthropic', 'vertex'),
  cloud('claudeOnGoogleCloud', 'anthropic', 'google-cloud'),
  cloud('foundry', 'anthropic', 'foundry'),
  cloud('azure', 'openai', 'azure'),
  cloud('geminiByVertex', 'gemini', 'vertex'),
];

/** With the ports that they listen on unless told otherwise. */
export const SERVERS: readonly Preset[] = [
  compatible('ollama', 'http://localhost:11434/v1', false),
  compatible('vllm', 'http://localhost:8000/v1', false),
  compatible('lmStudio', 'http://localhost:1234/v1', false),
  compatible('llamaCpp', 'http://localhost:8080/v1', false),
  compatible('sglang', 'http://localhost:30000/v1', false),
  compatible('liteLlm', 'http://localhost:4000/v1', false),
  compatible('other', '', false),
];

export const isVendor = (preset: Preset): boolean => VENDORS.includes(preset);
