import { useQuery } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { SaveBar } from '../admin/SaveBar';
import { explain } from '../api/client';
import { spendingLimitsQuery, useSetOwnLimits } from '../api/costs';
import type { SpendingLimits } from '../api/types';
import { LimitFields, limitsIn } from '../controls/LimitFields';
import { Notice } from '../controls/Notice';
import { budgetName } from '../costs/budgetName';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { SettingsFrame } from './SettingsFrame';
import styles from './SettingsPage.module.css';

/** What the person lets their own runs cost, and what was spent of every limit that applies to them. */
export function LimitsPage() {
  const { data: limits, error } = useQuery(spendingLimitsQuery);
  return (
    <SettingsFrame>
      <Section title={words.costs.ownTitle} body={words.costs.ownBody}>
        {limits ? <OwnLimitsForm limits={limits} /> : error && <Notice>{explain(error)}</Notice>}
      </Section>
      {limits && (
        <Section title={words.costs.usedTitle} body={words.costs.usedBody}>
          <BudgetList budgets={limits.budgets} />
        </Section>
      )}
    </SettingsFrame>
  );
}

function OwnLimitsForm({ limits: { own, allowed } }: { limits: SpendingLimits }) {
  const save = useSetOwnLimits();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    save.mutate(limitsIn(event.currentTarget, words.costs.ownNames));
  };
  return (
    <form onSubmit={submit}>
      <LimitFields labels={words.costs.ownNames} limits={own} otherwise={allowed} />
      {save.error && <Notice>{explain(save.error)}</Notice>}
      <SaveBar change={save} />
    </form>
  );
}

function BudgetList({ budgets }: { budgets: SpendingLimits['budgets'] }) {
  if (budgets.length === 0) return <p>{words.costs.none}</p>;
  return (
    <dl className={styles.usage}>
      {budgets.map((budget) => {
        const limit = words.price(budget.limit_microdollars);
        // Each run and each chat has its own.
        const isOfOne = budget.per === 'run' || budget.per === 'chat';
        return (
          <div key={`${budget.of} ${budget.per}`}>
            <dt>{budgetName(budget)}</dt>
            <dd>{isOfOne ? limit : words.settings.usedOf(words.price(budget.used_microdollars), limit)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
