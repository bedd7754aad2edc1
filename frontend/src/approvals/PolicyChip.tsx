import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Hand } from 'lucide-react';
import { chatQuery, useSetPolicy } from '../api/chats';
import { explain } from '../api/client';
import { meQuery } from '../api/session';
import type { ApprovalPolicy } from '../api/types';
import { Chip } from '../controls/Chip';
import { Menu, MenuCheck, MenuChoice, MenuLabel, MenuLine } from '../controls/Menu';
import { words } from '../words';
import { EFFECTS, effectsOf, NOTHING, toggled } from './policy';
import styles from './PolicyChip.module.css';

/** "Runs without asking", "Asks before running commands". */
export function summarize(policy: ApprovalPolicy): string {
  const text = words.approval;
  if (policy.ask_for === 'nothing') return text.never;
  if (policy.ask_for === 'everything') return text.always;
  const [first, ...others] = effectsOf(policy);
  if (!first) return text.never;
  return others.length > 0 ? text.some(others.length + 1) : text.one(text.effects[first]);
}

/** In the composer: which steps need approval in this chat. */
export function PolicyChip({ chatId }: { chatId: string }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: chat } = useQuery(chatQuery(chatId));
  const set = useSetPolicy(chatId);
  const usual = me.approval ?? NOTHING;
  // An optimistic update: a failed request restores the old policy.
  const own = set.isPending ? set.variables : (chat?.approval ?? null);
  const policy = own ?? usual;
  const summary = summarize(policy);
  const problem = set.error ? explain(set.error) : undefined;
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <Chip
          label={words.approval.chipLabel(summary)}
          title={problem}
          icon={<Hand size={14} aria-hidden />}
          tone={policy.ask_for === 'nothing' ? 'quiet' : 'strong'}
        >
          {summary}
        </Chip>
      }
    >
      <MenuChoice
        label={words.approval.menuTitle}
        value={own === null ? 'default' : own.ask_for}
        options={{
          default: words.approval.asDefault(summarize(usual)),
          nothing: words.approval.nothing,
          everything: words.approval.everything,
        }}
        onChange={(choice) => set.mutate(choice === 'default' ? null : { ask_for: choice })}
      />
      <MenuLine />
      <MenuLabel>{words.approval.menuKinds}</MenuLabel>
      {EFFECTS.map((effect) => (
        <MenuCheck
          key={effect}
          checked={effectsOf(policy).includes(effect)}
          onChange={() => set.mutate(toggled(policy, effect))}
        >
          {words.approval.effects[effect]}
        </MenuCheck>
      ))}
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Menu>
  );
}
