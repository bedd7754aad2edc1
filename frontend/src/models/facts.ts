import type { ModelFacts } from '../api/types';
import { words } from '../words';

/** "200K tokens of context · $3.00 in, $15.00 out a million tokens · sees pictures · uses the computer natively" */
export function describeModel({ context, price, sees, computer }: ModelFacts): string {
  const text = words.models;
  const parts = [
    context && text.context(context),
    price ? priceOf(price) : text.priceUnknown,
    sees === true && text.sees,
    sees === false && text.blind,
    computer === 'native' ? text.native : text.functions,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** "$3.00 in, $15.00 out a million tokens" */
export const priceOf = ({ input, output }: NonNullable<ModelFacts['price']>): string =>
  input === 0 && output === 0 ? words.models.free : words.models.price(input, output);
