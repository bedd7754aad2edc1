import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { chatQuery } from '../api/chats';
import { modelsQuery } from '../api/models';
import { configQuery } from '../api/session';
import type { Config, Effort, ModelChoice, ModelList } from '../api/types';
import { words } from '../words';
import { choiceName, factsOf, sourceOf } from './choice';

/** The model that works, as people see it. */
export interface ShownModel {
  /** What it is called; empty until it is known. */
  label: string;
  /** How much it thinks; null: as it decides by itself. */
  effort: Effort | null;
  /** How the assistant is called. */
  name: string;
  isDemo: boolean;
  /** Whether it sees pictures; null if that is not known. */
  sees: boolean | null;
  /** Why it can't be used, as far as it is known. */
  problem: string | null;
  /** Requests that work with it, as examples. */
  examples: readonly string[];
}

/** The model of a chat: its own, else the person's, else the installation's. */
export function useChatModel(chatId: string): ShownModel {
  const { data: chat } = useQuery(chatQuery(chatId));
  const model = useModel(chat?.model_choice ?? null);
  // Until the chat is there, it may have another one.
  return chat ? model : { ...model, label: '' };
}

/** The model of chats that have none of their own. */
export const useDefaultModel = (): ShownModel => useModel(null);

function useModel(own: ModelChoice | null): ShownModel {
  const { data: config } = useSuspenseQuery(configQuery);
  const { data: list } = useQuery(modelsQuery);
  return shownModel(own, list, config);
}

/** `config` tells what the installation was started with, which is what works until the list is there. */
export function shownModel(own: ModelChoice | null, list: Pick<ModelList, 'default' | 'sources'> | undefined, config: Config): ShownModel {
  const choice = own ?? list?.default ?? null;
  const effort = choice?.effort ?? null;
  if (!choice || !list) {
    const { provider, assistant_name: name, example_prompts: examples } = config;
    return { label: choice?.model ?? config.model, effort, name, isDemo: provider === 'demo' && !choice, sees: null, problem: null, examples };
  }
  const source = sourceOf(choice, list);
  const provider = source?.provider ?? choice.provider ?? '';
  const isDemo = provider === 'demo';
  const isConfigured = provider === config.provider;
  const label = choiceName(choice, list);
  // While the model service can't be reached, what the installation was started with is missing from the list.
  const isGone = !source && (Boolean(choice.connection) || list.sources.some(({ connection }) => !connection));
  return {
    label,
    effort,
    name: isConfigured ? config.assistant_name : assistantOf(provider),
    isDemo,
    sees: factsOf(choice, list)?.sees ?? null,
    problem: isGone ? words.models.gone(label) : (source?.problem ?? null),
    examples: isConfigured ? config.example_prompts : isDemo ? [] : words.models.examples,
  };
}

function assistantOf(provider: string): string {
  const names: Record<string, string> = words.models.assistants;
  return names[provider] ?? words.models.assistants['openai-compatible'];
}
