import { explain } from '../api/client';
import { usePasswordLink } from '../api/people';
import type { User } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { OneTimeLink } from './OneTimeLink';

/** Creates a link by which somebody sets a new password. */
export function PasswordLinkDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const issue = usePasswordLink(person.id);
  return (
    <Dialog open onClose={onClose} title={words.admin.linkTitle(person.username)} body={words.admin.linkBody}>
      {issue.error && <Notice>{explain(issue.error)}</Notice>}
      {issue.data ? (
        <OneTimeLink link={issue.data} note={words.admin.linkOnce} />
      ) : (
        <DialogActions>
          <Button onClick={onClose}>{words.shell.cancel}</Button>
          <Button variant="accent" onClick={() => issue.mutate()} disabled={issue.isPending}>
            {words.admin.createLink}
          </Button>
        </DialogActions>
      )}
    </Dialog>
  );
}
