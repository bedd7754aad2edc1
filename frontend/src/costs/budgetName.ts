import type { Budget } from '../api/types';
import { words } from '../words';

/** What a budget is called. */
export const budgetName = ({ of, per }: Pick<Budget, 'of' | 'per'>): string => (of === 'chat' ? words.costs.ofChat : words.costs.budgets[of][per]);
