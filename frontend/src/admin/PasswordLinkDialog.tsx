import { explain } from '../api/client';
import { usePasswordLink } from '../api/people';
import type { User } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { OneTimeLink } from '../controls/OneTimeLink';
import { words } from '../words';

/** Creates a link by which somebody sets a new password. */
export function PasswordLinkDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const issue = usePasswordLink(person.id);
  return (
    <Dialog open onClose={onClose} title={words.admin.linkTitle(person.username)} body={words.admin.linkBody}>
      {issue.error && <Notice>{explain(issue.error)}</Notice>}
      {issue.data ? (
        <OneTimeLink url={issue.data.url} note={words.admin.linkOnce(words.time.dateTime(issue.data.expires_at))} />
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
