import { explain } from '../api/client';
import { useDeleteConnection, type Owner } from '../api/models';
import type { ModelConnection } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { words } from '../words';

interface Props {
  owner: Owner;
  connection: ModelConnection;
  onClose: () => void;
}

/** Deletes a model connection after saying what becomes of the chats that use it. */
export function DeleteConnectionDialog({ owner, connection, onClose }: Props) {
  const remove = useDeleteConnection(owner, connection.id);
  const body = owner === 'person' ? words.models.removeBody : words.models.siteRemoveBody;
  return (
    <Dialog open onClose={onClose} title={words.models.removeTitle(connection.name)} body={body}>
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
