import { useQuery } from '@tanstack/react-query';
import { Cpu } from 'lucide-react';
import type { ReactNode } from 'react';
import { chatQuery } from '../api/chats';
import { explain } from '../api/client';
import { modelsQuery, useSetChatModel } from '../api/models';
import { Chip } from '../controls/Chip';
import { words } from '../words';
import { atEffort } from './effort';
import { ModelMenu } from './ModelMenu';
import { useChatModel, useDefaultModel } from './useChatModel';

interface Props {
  chatId: string;
  /** What the active run does, if there is one: it keeps its model while it works. */
  run: 'works' | 'waits' | null;
  /** Opens the limits of the chat. */
  onLimits?: () => void;
  /** About what the model will cost. */
  estimate?: ReactNode;
}

/** In the composer: which model works in this chat. */
export function ModelPicker({ chatId, run, onLimits, estimate }: Props) {
  const { data: chat } = useQuery(chatQuery(chatId));
  const { data: list, error } = useQuery(modelsQuery);
  const { label: model, effort, problem: trouble } = useChatModel(chatId);
  const byDefault = useDefaultModel();
  const usual = atEffort(byDefault.label, byDefault.effort);
  const set = useSetChatModel(chatId);
  const problem = set.error ?? error;
  if (!model) return null;
  const level = effort && words.models.efforts[effort];
  const title = [words.models.chip(model), level && words.models.effortIs(level), trouble].filter(Boolean).join('. ');
  return (
    <ModelMenu
      trigger={
        <Chip label={title} icon={<Cpu size={14} aria-hidden />} tone={trouble ? 'trouble' : 'quiet'} shrinks>
          {[model, level].filter(Boolean).join(' · ')}
        </Chip>
      }
      sources={list?.sources ?? []}
      chosen={set.isPending ? set.variables : (chat?.model_choice ?? null)}
      byDefault={list?.default ?? null}
      usual={byDefault.label ? words.models.asDefault(usual) : words.models.asDefaultUnknown}
      note={run && { works: words.models.atNextMessage, waits: words.models.whenResumed }[run]}
      problem={problem && explain(problem)}
      estimate={estimate}
      onLimits={onLimits}
      settings={{ to: '/settings/models', label: words.models.manage }}
      onChoose={(choice, close) => set.mutate(choice, { onSuccess: close })}
    />
  );
}
