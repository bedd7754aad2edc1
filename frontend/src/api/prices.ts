import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from './client';
import { modelsQuery } from './models';
import type { SetModelPrice } from './types';

const PATH = '/admin/model-prices';

/** The prices that administrators have set, by provider and model. */
export const pricesQuery = queryOptions({
  queryKey: ['model-prices'],
  queryFn: () => request<SetModelPrice[]>('GET', PATH),
});

/** Changes a price, after which all of them, and the models, are read again. */
function useChange<Input>(change: (input: Input) => Promise<void>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => Promise.all([client.invalidateQueries(pricesQuery), client.invalidateQueries(modelsQuery)]),
  });
}

/** Sets a price in place of an earlier one. */
export const useSetPrice = () => useChange((price: SetModelPrice) => request<void>('PUT', PATH, price));

/** Deletes a price: that of the vendor's list counts again. */
export const useDeletePrice = ({ provider, model }: SetModelPrice) =>
  useChange(() => request<void>('DELETE', `${PATH}?${new URLSearchParams({ provider, model })}`));
