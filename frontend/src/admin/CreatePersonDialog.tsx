import { useState, type FormEvent } from 'react';
import { explain } from '../api/client';
import { useCreatePerson } from '../api/people';
import { AccountFields, accountIn, isShort } from '../auth/AccountFields';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './admin.module.css';

/** Creates an account for somebody. */
export function CreatePersonDialog({ onClose }: { onClose: () => void }) {
  const create = useCreatePerson();
  const [short, setShort] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const account = accountIn(event.currentTarget);
    const isAdmin = new FormData(event.currentTarget).has('is_superuser');
    setShort(isShort(account.password));
    if (!isShort(account.password)) create.mutate({ ...account, is_superuser: isAdmin }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={words.admin.addTitle} body={words.admin.addBody}>
      <form className={styles.form} onSubmit={submit}>
        <AccountFields />
        <label className={styles.check}>
          <input type="checkbox" name="is_superuser" />
          {words.admin.isAdmin}
        </label>
        {short && <Notice>{words.auth.passwordShort}</Notice>}
        {create.error && !short && <Notice>{explain(create.error)}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>{words.shell.cancel}</Button>
          <Button variant="accent" type="submit" disabled={create.isPending}>
            {create.isPending ? words.auth.creating : words.auth.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
