import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '../api/client';
import { modelsQuery } from '../api/models';
import { pricesQuery } from '../api/prices';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { withoutPrice } from '../models/prices';
import { words } from '../words';
import { list as listed } from '../words/format';
import { PriceDialog } from './PriceDialog';
import { PriceRow } from './PriceRow';
import styles from './admin.module.css';
import own from './prices.module.css';

/** How many models without a price are named. */
const MOST_NAMED = 5;

/** What models cost, where administrators have said so. */
export function Prices() {
  const prices = useQuery(pricesQuery);
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Button onClick={() => setAdding(true)}>{words.prices.add}</Button>
      <UnknownPrices />
      {prices.error && <Notice>{explain(prices.error)}</Notice>}
      {prices.data?.length === 0 && <p className={own.note}>{words.prices.none}</p>}
      <ul className={styles.list} aria-label={words.prices.title}>
        {prices.data?.map((price) => <PriceRow key={`${price.provider}/${price.model}`} price={price} />)}
      </ul>
      {adding && <PriceDialog onClose={() => setAdding(false)} />}
    </>
  );
}

/** The models that cost an unknown amount. */
function UnknownPrices() {
  const { data: list } = useQuery(modelsQuery);
  const models = list ? withoutPrice(list) : [];
  if (models.length === 0) return null;
  const named = listed(models.slice(0, MOST_NAMED));
  const more = models.length - MOST_NAMED;
  return <p className={own.note}>{more > 0 ? words.prices.unknownMore(named, words.number(more)) : words.prices.unknown(named)}</p>;
}
