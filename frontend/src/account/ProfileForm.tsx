import { useSuspenseQuery } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { useSetProfile } from '../api/account';
import { explain } from '../api/client';
import { meQuery } from '../api/session';
import { Button } from '../controls/Button';
import { Field } from '../controls/Field';
import { words } from '../words';
import styles from './AccountPage.module.css';

export function ProfileForm() {
  const { data: me } = useSuspenseQuery(meQuery);
  const save = useSetProfile();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    const email = text('email');
    // Whoever has no address may go on without one.
    save.mutate({ first_name: text('first_name'), last_name: text('last_name'), ...(email !== me.email && { email }) });
  };
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field label={words.account.username} value={me.username} readOnly autoComplete="username" />
      <div className={styles.names}>
        <Field label={words.auth.firstName} name="first_name" defaultValue={me.first_name} autoComplete="given-name" />
        <Field label={words.auth.lastName} name="last_name" defaultValue={me.last_name} autoComplete="family-name" />
      </div>
      <Field label={words.auth.email} name="email" type="email" defaultValue={me.email} autoComplete="email" />
      <div className={styles.actions}>
        <Button type="submit" disabled={save.isPending}>
          {save.isPending ? words.account.saving : words.account.save}
        </Button>
        <p className={save.error ? styles.problem : styles.saved} role="status">
          {save.error ? explain(save.error) : save.isSuccess ? words.account.saved : ''}
        </p>
      </div>
    </form>
  );
}
