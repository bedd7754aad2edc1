import { useState, type FormEvent } from 'react';
import { explain } from '../api/client';
import { useDeletePerson } from '../api/people';
import type { User } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './admin.module.css';

/** Deletes an account once its name has been typed. */
export function DeletePersonDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const remove = useDeletePerson(person.id);
  const [typed, setTyped] = useState('');
  const confirmed = typed.trim() === person.username;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (confirmed) remove.mutate(undefined, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={words.admin.removeTitle(person.username)} body={words.admin.removeBody}>
      <form className={styles.form} onSubmit={submit}>
        <Field
          label={words.admin.removeConfirm(person.username)}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
          autoCapitalize="none"
          autoFocus
        />
        {remove.error && <Notice>{explain(remove.error)}</Notice>}
        <DialogActions>
          <Button onClick={onClose}>{words.shell.cancel}</Button>
          <Button variant="danger" type="submit" disabled={!confirmed || remove.isPending}>
            {words.admin.removeButton}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
