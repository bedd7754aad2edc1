import { useState, type FormEvent } from 'react';
import { explain } from '../api/client';
import { needsCode } from '../api/session';
import { Button } from '../controls/Button';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './auth.module.css';

interface Props {
  login: { error: unknown; isPending: boolean; reset: () => void };
  onCode: (code: string) => void;
  onBack: () => void;
}

/** The second step of a login: a code of the authenticator app, or a recovery code. */
export function CodeForm({ login, onCode, onBack }: Props) {
  const [recovery, setRecovery] = useState(false);
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code')).trim();
    setMissing(!code);
    if (code) onCode(code);
  };
  const change = () => {
    setRecovery(!recovery);
    setMissing(false);
    login.reset();
  };
  // That a code is needed is what this form says.
  const failed = login.error && !needsCode(login.error) ? explain(login.error) : null;
  const problem = missing ? (recovery ? words.twoStep.recoveryMissing : words.twoStep.codeMissing) : failed;
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <p className={styles.intro}>
        {recovery ? words.twoStep.loginRecoveryIntro : words.twoStep.loginIntro}
      </p>
      {recovery ? (
        <Field key="recovery" label={words.twoStep.recoveryCode} name="code" autoComplete="off" autoCapitalize="none" spellCheck={false} autoFocus />
      ) : (
        <Field key="app" label={words.twoStep.code} name="code" autoComplete="one-time-code" inputMode="numeric" autoFocus />
      )}
      {problem && <Notice>{problem}</Notice>}
      <Button variant="accent" type="submit" className={styles.submit} disabled={login.isPending}>
        {login.isPending ? words.auth.loggingIn : words.auth.login}
      </Button>
      <div className={styles.ways}>
        <Button variant="quiet" size="small" onClick={change}>
          {recovery ? words.twoStep.useApp : words.twoStep.useRecovery}
        </Button>
        <Button variant="quiet" size="small" onClick={onBack}>
          {words.twoStep.back}
        </Button>
      </div>
    </form>
  );
}
