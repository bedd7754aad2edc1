import { useSuspenseQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useChangePassword } from '../api/account';
import { explain } from '../api/client';
import { meQuery } from '../api/session';
import { Button } from '../controls/Button';
import { Field } from '../controls/Field';
import { words } from '../words';
import styles from './AccountPage.module.css';

export function PasswordForm() {
  const { data: me } = useSuspenseQuery(meQuery);
  const change = useChangePassword();
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const [old, next] = [String(data.get('old') ?? ''), String(data.get('new'))];
    const complete = !!next && (!!old || !me.has_password);
    setMissing(!complete);
    if (complete) change.mutate({ ...(old && { old }), new: next }, { onSuccess: () => form.reset() });
  };
  const missingText = me.has_password ? words.account.passwordsMissing : words.account.passwordMissing;
  const problem = missing ? missingText : change.error && explain(change.error);
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {me.has_password && (
        <Field label={words.account.oldPassword} name="old" type="password" autoComplete="current-password" />
      )}
      <Field label={words.account.newPassword} hint={words.auth.passwordHint} name="new" type="password" autoComplete="new-password" />
      <div className={styles.actions}>
        <Button type="submit" disabled={change.isPending}>
          {change.isPending ? words.account.changing : me.has_password ? words.account.changePassword : words.account.setPassword}
        </Button>
        <p className={problem ? styles.problem : styles.saved} role="status">
          {problem || (change.isSuccess ? words.account.passwordChanged : '')}
        </p>
      </div>
    </form>
  );
}
