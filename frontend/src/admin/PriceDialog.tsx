import { useQuery } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { explain } from '../api/client';
import { modelsQuery } from '../api/models';
import { useSetPrice } from '../api/prices';
import type { ModelApi, SetModelPrice } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { Select } from '../controls/Select';
import { providerName } from '../models/choice';
import { APIS, HIGHEST_DOLLARS, inDollars, modelsOf, pricedModel, priceIn } from '../models/prices';
import { words } from '../words';
import styles from './admin.module.css';
import own from './prices.module.css';

interface Props {
  /** The price to change; without one, that of another model is set. */
  price?: SetModelPrice;
  onClose: () => void;
}

/** Sets the price of a model. */
export function PriceDialog({ price: before, onClose }: Props) {
  const set = useSetPrice();
  const [provider, setProvider] = useState<ModelApi>(before?.provider ?? APIS[0]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const model = before?.model ?? String(form.get('model')).trim();
    set.mutate({ provider, model, price: priceIn(form) }, { onSuccess: onClose });
  };
  const title = before ? words.prices.changeNamed(pricedModel(before)) : words.prices.add;
  return (
    <Dialog open onClose={onClose} title={title} body={words.prices.unit}>
      <form className={styles.form} onSubmit={submit}>
        {!before && <ModelFields provider={provider} onProvider={setProvider} />}
        <PriceFields price={before?.price} />
        {set.error && <Notice>{explain(set.error)}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>{words.shell.cancel}</Button>
          <Button variant="accent" type="submit" disabled={set.isPending}>
            {words.models.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Whose price it is. Models that can be chosen here are suggested. */
function ModelFields({ provider, onProvider }: { provider: ModelApi; onProvider: (provider: ModelApi) => void }) {
  const { data: list } = useQuery(modelsQuery);
  const suggested = useId();
  return (
    <>
      <Select
        label={words.prices.provider}
        choices={APIS.map((api) => ({ value: api, label: providerName(api) }))}
        chosen={provider}
        onChoose={(api) => onProvider(api as ModelApi)}
      />
      <Field
        label={words.prices.model}
        hint={words.prices.modelHint}
        name="model"
        list={suggested}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        required
      />
      <datalist id={suggested}>{list && modelsOf(list, provider).map((model) => <option key={model} value={model} />)}</datalist>
    </>
  );
}

function PriceFields({ price }: { price: SetModelPrice['price'] | undefined }) {
  const field = (name: keyof SetModelPrice['price'], label: string, rest: { required?: boolean; hint?: string }) => (
    <Field
      label={label}
      name={name}
      type="number"
      inputMode="decimal"
      min={0}
      max={HIGHEST_DOLLARS}
      step="any"
      defaultValue={price && inDollars(price[name])}
      {...rest}
    />
  );
  return (
    <div className={own.fields}>
      {field('input', words.prices.input, { required: true })}
      {field('output', words.prices.output, { required: true })}
      {field('cache_read', words.prices.cacheRead, { hint: words.prices.asInput })}
      {field('cache_write', words.prices.cacheWrite, { hint: words.prices.asInput })}
    </div>
  );
}
