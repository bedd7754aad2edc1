import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { explain } from '../api/client';
import { waysQuery } from '../api/session';
import { Button } from '../controls/Button';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { AccountFields, accountIn, isShort } from './AccountFields';
import { AuthFrame } from './AuthFrame';
import { ProviderButtons } from './ProviderButtons';
import { ToLogin } from './ToLogin';
import { useRegister } from './session';
import styles from './auth.module.css';

/** Creates an account. The token of an invitation is in the fragment, which never reaches a server or its logs. */
export function RegisterPage() {
  const invitation = new URLSearchParams(useLocation().hash).get('invitation');
  const ways = useQuery(waysQuery);
  const registration = useRegister();
  const [short, setShort] = useState(false);

  const refused =
    ways.data?.registration === 'closed'
      ? words.auth.registrationClosed
      : ways.data?.registration === 'invite' && !invitation
        ? words.auth.invitationNeeded
        : null;
  if (refused) {
    return (
      <AuthFrame title={words.auth.registerTitle}>
        <Notice variant="attention" action={<ToLogin />}>
          {refused}
        </Notice>
      </AuthFrame>
    );
  }

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const account = accountIn(event.currentTarget);
    setShort(isShort(account.password));
    if (!isShort(account.password)) registration.mutate({ invitation, ...account });
  };

  return (
    <AuthFrame title={words.auth.registerTitle} intro={invitation ? words.auth.registerIntro : undefined} wide>
      <form className={styles.form} onSubmit={submit}>
        <AccountFields />
        {short && <Notice>{words.auth.passwordShort}</Notice>}
        {registration.error && !short && <Notice>{explain(registration.error)}</Notice>}
        <Button variant="accent" type="submit" className={styles.submit} disabled={registration.isPending}>
          {registration.isPending ? words.auth.creating : words.auth.create}
        </Button>
      </form>
      <ProviderButtons invitation={invitation ?? undefined} registering />
      <p className={styles.other}>
        <ToLogin />
      </p>
    </AuthFrame>
  );
}
