import { useState, type FormEvent } from 'react';
import { useChangePassword } from '../api/account';
import { explain } from '../api/client';
import { Button } from '../controls/Button';
import { Field } from '../controls/Field';
import { words } from '../words';
import styles from './AccountPage.module.css';

export function PasswordForm() {
  const change = useChangePassword();
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const [old, next] = [String(data.get('old')), String(data.get('new'))];
    setMissing(!old || !next);
    if (old && next) change.mutate({ old, new: next }, { onSuccess: () => form.reset() });
  };
  const problem = missing ? words.account.passwordsMissing : change.error && explain(change.error);
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field label={words.account.oldPassword} name="old" type="password" autoComplete="current-password" />
      <Field label={words.account.newPassword} hint={words.auth.passwordHint} name="new" type="password" autoComplete="new-password" />
      <div className={styles.actions}>
        <Button type="submit" disabled={change.isPending}>
          {change.isPending ? words.account.changing : words.account.changePassword}
        </Button>
        <p className={problem ? styles.problem : styles.saved} role="status">
          {problem || (change.isSuccess ? words.account.passwordChanged : '')}
        </p>
      </div>
    </form>
  );
}
