import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { explain } from '../api/client';
import { PROBLEM_CODES } from '../api/codes';
import { needsCode, setupQuery, waysQuery, type Credentials } from '../api/session';
import { Button } from '../controls/Button';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { AuthFrame } from './AuthFrame';
import { CodeForm } from './CodeForm';
import { ProviderButtons } from './ProviderButtons';
import { ProviderProblem } from './ProviderProblem';
import { useCompleteLogin, useLogin } from './session';
import styles from './auth.module.css';

export function LoginPage() {
  const { next, ended, username, error: code, provider } = useSearch({ from: '/login' });
  const setup = useQuery(setupQuery);
  const ways = useQuery(waysQuery);
  const login = useLogin(next ?? '/');
  const completion = useCompleteLogin(next ?? '/');
  const navigate = useNavigate();
  const [missing, setMissing] = useState(false);
  const [asked, setAsked] = useState<Credentials | null>(null);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const username = String(form.get('username')).trim();
    const password = String(form.get('password'));
    setMissing(!username || !password);
    const ask = (error: unknown) => needsCode(error) && setAsked({ username, password });
    if (username && password) login.mutate({ username, password }, { onError: ask });
  };
  const failed = login.error && !needsCode(login.error) && explain(login.error);
  const problem = missing ? words.auth.missing : failed;

  if (asked) {
    const back = () => {
      setAsked(null);
      login.reset();
    };
    return (
      <AuthFrame title={words.twoStep.title}>
        <CodeForm login={login} onCode={(code) => login.mutate({ ...asked, code })} onBack={back} />
      </AuthFrame>
    );
  }
  if (code === PROBLEM_CODES.secondFactorRequired) {
    return (
      <AuthFrame title={words.twoStep.title}>
        <CodeForm login={completion} onCode={completion.mutate} onBack={() => void navigate({ to: '/login', search: { next } })} />
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title={words.auth.loginTitle}>
      {code && <ProviderProblem code={code} provider={provider} next={next} />}
      {ended && <Notice variant="attention">{words.auth.ended}</Notice>}
      {username && <p role="status">{words.auth.passwordSet}</p>}
      {setup.data?.needed && <Notice variant="attention">{words.auth.needsSetup}</Notice>}
      <form className={styles.form} onSubmit={submit} noValidate>
        <Field
          label={words.auth.username}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          defaultValue={username}
          autoFocus={!username}
          required
        />
        <Field
          label={words.auth.password}
          name="password"
          type="password"
          autoComplete="current-password"
          autoFocus={!!username}
          required
        />
        {problem && <Notice>{problem}</Notice>}
        <Button variant="accent" type="submit" className={styles.submit} disabled={login.isPending}>
          {login.isPending ? words.auth.loggingIn : words.auth.login}
        </Button>
      </form>
      <ProviderButtons next={next} />
      {ways.data?.registration === 'open' && !setup.data?.needed && (
        <p className={styles.other}>
          <Link to="/register">{words.auth.goToRegister}</Link>
        </p>
      )}
    </AuthFrame>
  );
}
