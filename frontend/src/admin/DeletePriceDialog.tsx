import { explain } from '../api/client';
import { useDeletePrice } from '../api/prices';
import type { SetModelPrice } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { pricedModel } from '../models/prices';
import { words } from '../words';

/** Deletes a price after saying which one counts then. */
export function DeletePriceDialog({ price, onClose }: { price: SetModelPrice; onClose: () => void }) {
  const remove = useDeletePrice(price);
  return (
    <Dialog open onClose={onClose} title={words.prices.removeTitle(pricedModel(price))} body={words.prices.removeBody}>
      {remove.error && <Notice>{explain(remove.error)}</Notice>}
      <DialogActions>
        <Button onClick={onClose}>{words.shell.cancel}</Button>
        <Button variant="danger" disabled={remove.isPending} onClick={() => remove.mutate(undefined, { onSuccess: onClose })}>
          {words.models.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
