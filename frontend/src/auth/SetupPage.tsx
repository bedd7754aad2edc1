import { Link, useLocation } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { ApiError, explain } from '../api/client';
import { PROBLEM_CODES } from '../api/codes';
import { Button } from '../controls/Button';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { AuthFrame } from './AuthFrame';
import { useSetup } from './session';
import styles from './auth.module.css';

/** Creates the first administrator. The one-time token is in the fragment, which never reaches a server or its logs. */
export function SetupPage() {
  const token = new URLSearchParams(useLocation().hash).get('token');
  const setup = useSetup();
  const [short, setShort] = useState(false);

  if (!token) {
    return (
      <AuthFrame title={words.auth.setupTitle}>
        <Notice action={<ToLogin />}>{words.auth.noToken}</Notice>
      </AuthFrame>
    );
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = (name: string) => String(form.get(name)).trim();
    const password = String(form.get('password'));
    setShort(password.length < 8);
    if (password.length < 8) return;
    setup.mutate({
      token,
      password,
      username: value('username'),
      email: value('email'),
      first_name: value('first_name'),
      last_name: value('last_name'),
    });
  };
  const done = setup.error instanceof ApiError && setup.error.code === PROBLEM_CODES.alreadySetUp;

  return (
    <AuthFrame title={words.auth.setupTitle} intro={words.auth.setupIntro} wide>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.pair}>
          <Field label={words.auth.firstName} name="first_name" autoComplete="given-name" autoFocus required />
          <Field label={words.auth.lastName} name="last_name" autoComplete="family-name" required />
        </div>
        <Field label={words.auth.email} name="email" type="email" autoComplete="email" required />
        <Field label={words.auth.username} name="username" autoComplete="username" autoCapitalize="none" required />
        <Field
          label={words.auth.password}
          name="password"
          type="password"
          autoComplete="new-password"
          hint={words.auth.passwordHint}
          required
        />
        {short && <Notice>{words.auth.passwordShort}</Notice>}
        {setup.error && !short && <Notice action={done && <ToLogin />}>{explain(setup.error)}</Notice>}
        <Button variant="accent" type="submit" className={styles.submit} disabled={setup.isPending}>
          {setup.isPending ? words.auth.creating : words.auth.create}
        </Button>
      </form>
    </AuthFrame>
  );
}

function ToLogin() {
  return (
    <Link to="/login" search={{}}>
      {words.auth.goToLogin}
    </Link>
  );
}
