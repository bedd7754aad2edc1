import type { NewAccount } from '../api/session';
import { Field } from '../controls/Field';
import { words } from '../words';
import styles from './auth.module.css';

/** Whether a new password is shorter than the API takes. */
export const isShort = (password: string) => password.length < 8;

/** The account in a form with `AccountFields`. */
export function accountIn(form: HTMLFormElement): NewAccount {
  const data = new FormData(form);
  const value = (name: string) => String(data.get(name)).trim();
  return {
    username: value('username'),
    email: value('email'),
    password: String(data.get('password')),
    first_name: value('first_name'),
    last_name: value('last_name'),
  };
}

/** The fields of a new account. */
export function AccountFields() {
  return (
    <>
      <div className={styles.pair}>
        <Field label={words.auth.firstName} name="first_name" autoComplete="given-name" autoFocus required />
        <Field label={words.auth.lastName} name="last_name" autoComplete="family-name" required />
      </div>
      <Field label={words.auth.email} name="email" type="email" autoComplete="email" required />
      <Field label={words.auth.username} name="username" autoComplete="username" autoCapitalize="none" required />
      <NewPasswordField />
    </>
  );
}

/** A new password. */
export function NewPasswordField({ autoFocus }: { autoFocus?: boolean }) {
  return (
    <Field
      label={words.auth.password}
      name="password"
      type="password"
      autoComplete="new-password"
      hint={words.auth.passwordHint}
      autoFocus={autoFocus}
      required
    />
  );
}
