import type { Owner } from '../api/models';
import type { ModelConnection } from '../api/types';
import { Dialog } from '../controls/Dialog';
import { words } from '../words';
import { ChangeConnectionForm } from './ChangeConnectionForm';
import { NewConnectionForm } from './NewConnectionForm';

interface Props {
  owner: Owner;
  /** The connection to change; without one, another is added. */
  connection?: ModelConnection;
  onClose: () => void;
}

/** Adds a model connection, or changes one. */
export function ConnectionDialog({ owner, connection, onClose }: Props) {
  return (
    <Dialog open onClose={onClose} title={connection ? words.models.changeNamed(connection.name) : words.models.addTitle}>
      {connection ? (
        <ChangeConnectionForm owner={owner} connection={connection} onClose={onClose} />
      ) : (
        <NewConnectionForm owner={owner} onClose={onClose} />
      )}
    </Dialog>
  );
}
