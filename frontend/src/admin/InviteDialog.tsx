import { type FormEvent } from 'react';
import { explain } from '../api/client';
import { useInvite } from '../api/people';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { OneTimeLink } from '../controls/OneTimeLink';
import { words } from '../words';
import styles from './admin.module.css';

const DAY_MS = 24 * 60 * 60 * 1000;
const USUAL_DAYS = 7;

/** Creates an invitation and shows its link. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const invite = useInvite();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    invite.mutate({
      email: String(form.get('email')).trim() || null,
      role: form.has('is_superuser') ? 'superuser' : 'user',
      uses: Number(form.get('uses')),
      expires_at: new Date(Date.now() + Number(form.get('days')) * DAY_MS).toISOString(),
    });
  };
  if (invite.data) {
    return (
      <Dialog open onClose={onClose} title={words.admin.invitationLink}>
        <OneTimeLink url={invite.data.url} note={words.admin.inviteOnce(words.time.dateTime(invite.data.expires_at))} />
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={words.admin.inviteTitle}>
      <form className={styles.form} onSubmit={submit}>
        <Field label={words.admin.inviteEmail} name="email" type="email" hint={words.admin.inviteEmailHint} autoComplete="off" autoFocus />
        <div className={styles.pair}>
          <Field label={words.admin.uses} name="uses" type="number" min={1} max={1000} defaultValue={1} required />
          <Field label={words.admin.expires} name="days" type="number" min={1} max={364} defaultValue={USUAL_DAYS} required />
        </div>
        <label className={styles.check}>
          <input type="checkbox" name="is_superuser" />
          {words.admin.isAdmin}
        </label>
        {invite.error && <Notice>{explain(invite.error)}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>{words.shell.cancel}</Button>
          <Button variant="accent" type="submit" disabled={invite.isPending}>
            {words.admin.createInvitation}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
