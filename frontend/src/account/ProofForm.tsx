import { useState, type FormEvent } from 'react';
import type { SecondFactorProof } from '../api/types';
import { Button } from '../controls/Button';
import { DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './AccountPage.module.css';

interface Props {
  /** The words of the button that goes on. */
  action: string;
  variant: 'accent' | 'danger';
  problem: string | null;
  pending: boolean;
  onProof: (proof: SecondFactorProof) => void;
  onCancel: () => void;
}

/** Asks for the password and a code. */
export function ProofForm({ action, variant, problem, pending, onProof, onCancel }: Props) {
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const proof = { password: String(form.get('password')), code: String(form.get('code')).trim() };
    setMissing(!proof.password || !proof.code);
    if (proof.password && proof.code) onProof(proof);
  };
  const told = missing ? words.twoStep.proofMissing : problem;
  return (
    <form className={styles.dialogForm} onSubmit={submit} noValidate>
      <Field label={words.twoStep.password} name="password" type="password" autoComplete="current-password" autoFocus />
      <Field label={words.twoStep.anyCode} name="code" autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} />
      {told && <Notice>{told}</Notice>}
      <DialogActions>
        <Button onClick={onCancel}>{words.twoStep.cancel}</Button>
        <Button variant={variant} type="submit" disabled={pending}>
          {pending ? words.twoStep.working : action}
        </Button>
      </DialogActions>
    </form>
  );
}
