import { useState } from 'react';
import type { SetModelPrice } from '../api/types';
import { Button } from '../controls/Button';
import { providerName } from '../models/choice';
import { priceOf } from '../models/facts';
import { EVERY_MODEL, pricedModel } from '../models/prices';
import { words } from '../words';
import { DeletePriceDialog } from './DeletePriceDialog';
import { PriceDialog } from './PriceDialog';
import styles from './admin.module.css';

/** The price of a model, or of every other model of a provider. */
export function PriceRow({ price: set }: { price: SetModelPrice }) {
  const { provider, model, price } = set;
  const name = pricedModel(set);
  const [open, setOpen] = useState<'change' | 'remove' | null>(null);
  const close = () => setOpen(null);
  return (
    <li className={`${styles.row} ${styles.provider}`}>
      <span className={styles.who}>
        <span className={styles.name}>{model}</span>
        <span className={styles.quiet}>{[providerName(provider), model === EVERY_MODEL && words.prices.everyModel].filter(Boolean).join(' · ')}</span>
        <span>{describe(price)}</span>
      </span>
      <span className={styles.buttons}>
        <Button size="small" aria-label={words.prices.changeNamed(name)} onClick={() => setOpen('change')}>
          {words.models.change}
        </Button>
        <Button size="small" aria-label={words.prices.removeNamed(name)} onClick={() => setOpen('remove')}>
          {words.models.remove}
        </Button>
      </span>
      {open === 'change' && <PriceDialog price={set} onClose={close} />}
      {open === 'remove' && <DeletePriceDialog price={set} onClose={close} />}
    </li>
  );
}

/** "$5.00 in, $30.00 out a million tokens · cache: $0.50 read, $5.00 written" */
function describe(price: SetModelPrice['price']): string {
  const { cache_read: read, cache_write: write } = price;
  const isFree = Object.values(price).every((part) => part === 0);
  return isFree ? priceOf(price) : [priceOf(price), words.prices.cache(read, write)].join(' · ');
}
