// Approval policies: sets of effects. The empty set and the full set have names of their own.

import type { ApprovalPolicy, Effect } from '../api/types';

/** Every effect, in the order in which they are shown. */
export const EFFECTS: readonly Effect[] = ['pointing', 'typing', 'submitting', 'shell', 'editing', 'navigating'];

export const NOTHING: ApprovalPolicy = { ask_for: 'nothing' };

export function effectsOf(policy: ApprovalPolicy): readonly Effect[] {
  switch (policy.ask_for) {
    case 'nothing':
      return [];
    case 'everything':
      return EFFECTS;
    case 'effects':
      return EFFECTS.filter((effect) => policy.effects.includes(effect));
  }
}

export function policyOf(wanted: readonly Effect[]): ApprovalPolicy {
  const effects = EFFECTS.filter((effect) => wanted.includes(effect));
  if (effects.length === 0) return NOTHING;
  return effects.length === EFFECTS.length ? { ask_for: 'everything' } : { ask_for: 'effects', effects };
}

/** The policy that no longer asks before these effects. */
export const without = (policy: ApprovalPolicy, allowed: readonly Effect[]): ApprovalPolicy =>
  policyOf(effectsOf(policy).filter((effect) => !allowed.includes(effect)));

export const toggled = (policy: ApprovalPolicy, effect: Effect): ApprovalPolicy => {
  const asked = effectsOf(policy);
  return asked.includes(effect) ? without(policy, [effect]) : policyOf([...asked, effect]);
};
