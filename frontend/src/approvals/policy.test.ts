import { expect, test } from 'vitest';
import type { ApprovalPolicy, Effect } from '../api/types';
import { EFFECTS, effectsOf, NOTHING, policyOf, toggled, without } from './policy';

const everything: ApprovalPolicy = { ask_for: 'everything' };
const some = (...effects: Effect[]): ApprovalPolicy => ({ ask_for: 'effects', effects });

test.each<[Effect[], ApprovalPolicy]>([
  [[], NOTHING],
  [['shell', 'typing'], some('typing', 'shell')],
  [[...EFFECTS].reverse(), everything],
])('asking before %j is %j, and the other way round', (effects, policy) => {
  expect(policyOf(effects)).toEqual(policy);
  expect(new Set(effectsOf(policy))).toEqual(new Set(effects));
});

test.each<[ApprovalPolicy, Effect[], ApprovalPolicy]>([
  [everything, ['shell'], some('pointing', 'typing', 'submitting', 'editing', 'navigating')],
  [some('shell'), ['shell'], NOTHING],
  [some('typing', 'submitting'), ['typing'], some('submitting')],
  [NOTHING, ['shell'], NOTHING],
])('%j without %j is %j', (policy, allowed, expected) => {
  expect(without(policy, allowed)).toEqual(expected);
});

test('an effect is switched on and off', () => {
  expect(toggled(NOTHING, 'shell')).toEqual(some('shell'));
  expect(toggled(some('shell'), 'shell')).toEqual(NOTHING);
});
