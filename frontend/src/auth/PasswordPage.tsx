import { useLocation } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { explain } from '../api/client';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { isShort, NewPasswordField } from './AccountFields';
import { AuthFrame } from './AuthFrame';
import { ToLogin } from './ToLogin';
import { useSetPassword } from './session';
import styles from './auth.module.css';

/** Sets a new password by a one-time link. Its token is in the fragment: whoever only opens the page does not use it up. */
export function PasswordPage() {
  const token = new URLSearchParams(useLocation().hash).get('token');
  const set = useSetPassword();
  const [short, setShort] = useState(false);

  if (!token) {
    return (
      <AuthFrame title={words.auth.newPasswordTitle}>
        <Notice action={<ToLogin />}>{words.auth.noPasswordToken}</Notice>
      </AuthFrame>
    );
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password'));
    setShort(isShort(password));
    if (!isShort(password)) set.mutate({ token, password });
  };

  return (
    <AuthFrame title={words.auth.newPasswordTitle} intro={words.auth.newPasswordIntro}>
      <form className={styles.form} onSubmit={submit} noValidate>
        <NewPasswordField autoFocus />
        {short && <Notice>{words.auth.passwordShort}</Notice>}
        {set.error && !short && <Notice>{explain(set.error)}</Notice>}
        <Button variant="accent" type="submit" className={styles.submit} disabled={set.isPending}>
          {set.isPending ? words.auth.settingPassword : words.auth.setPassword}
        </Button>
      </form>
    </AuthFrame>
  );
}
