import { useLocation } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { ApiError, explain } from '../api/client';
import { PROBLEM_CODES } from '../api/codes';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { AccountFields, accountIn, isShort } from './AccountFields';
import { AuthFrame } from './AuthFrame';
import { ToLogin } from './ToLogin';
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
    const account = accountIn(event.currentTarget);
    setShort(isShort(account.password));
    if (!isShort(account.password)) setup.mutate({ token, ...account });
  };
  const done = setup.error instanceof ApiError && setup.error.code === PROBLEM_CODES.alreadySetUp;

  return (
    <AuthFrame title={words.auth.setupTitle} intro={words.auth.setupIntro} wide>
      <form className={styles.form} onSubmit={submit}>
        <AccountFields />
        {short && <Notice>{words.auth.passwordShort}</Notice>}
        {setup.error && !short && <Notice action={done && <ToLogin />}>{explain(setup.error)}</Notice>}
        <Button variant="accent" type="submit" className={styles.submit} disabled={setup.isPending}>
          {setup.isPending ? words.auth.creating : words.auth.create}
        </Button>
      </form>
    </AuthFrame>
  );
}
