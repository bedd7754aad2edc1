import { lazy, Suspense, useState, type FormEvent } from 'react';
import { useConfirmSecondFactor, useNewSecondFactor } from '../api/account';
import { explain } from '../api/client';
import type { NewSecondFactor } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { loadPart } from '../loading/loadPart';
import { Notice } from '../controls/Notice';
import { useCopy } from '../controls/useCopy';
import { words } from '../words';
import styles from './AccountPage.module.css';
import { RecoveryCodes } from './RecoveryCodes';

const QrCode = lazy(() => loadPart(() => import('./QrCode')));

/** Turns two-step login on: the password, the app's first code, and then the recovery codes. */
export function TurnOnDialog({ onClose }: { onClose: () => void }) {
  const begin = useNewSecondFactor();
  const confirm = useConfirmSecondFactor();
  if (confirm.data) {
    return (
      <Dialog open onClose={onClose} title={words.twoStep.codesTitle} body={words.twoStep.codesBody}>
        <RecoveryCodes codes={confirm.data.codes} onSaved={onClose} />
      </Dialog>
    );
  }
  if (begin.data) {
    return (
      <Dialog open onClose={onClose} title={words.twoStep.turnOnTitle} body={words.twoStep.scan}>
        <SecretForm secret={begin.data} confirm={confirm} onCancel={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={words.twoStep.turnOnTitle} body={words.twoStep.passwordFirst}>
      <PasswordStep begin={begin} onCancel={onClose} />
    </Dialog>
  );
}

function PasswordStep({ begin, onCancel }: { begin: ReturnType<typeof useNewSecondFactor>; onCancel: () => void }) {
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password'));
    setMissing(!password);
    if (password) begin.mutate(password);
  };
  const problem = missing ? words.twoStep.passwordMissing : begin.error && explain(begin.error);
  return (
    <form className={styles.dialogForm} onSubmit={submit} noValidate>
      <Field label={words.twoStep.password} name="password" type="password" autoComplete="current-password" autoFocus />
      {problem && <Notice>{problem}</Notice>}
      <DialogActions>
        <Button onClick={onCancel}>{words.twoStep.cancel}</Button>
        <Button variant="accent" type="submit" disabled={begin.isPending}>
          {begin.isPending ? words.twoStep.working : words.twoStep.goOn}
        </Button>
      </DialogActions>
    </form>
  );
}

interface SecretProps {
  secret: NewSecondFactor;
  confirm: ReturnType<typeof useConfirmSecondFactor>;
  onCancel: () => void;
}

function SecretForm({ secret: { secret, url }, confirm, onCancel }: SecretProps) {
  const { outcome, copy } = useCopy(secret);
  const [missing, setMissing] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code')).trim();
    setMissing(!code);
    if (code) confirm.mutate(code);
  };
  const problem = missing ? words.twoStep.codeMissing : confirm.error && explain(confirm.error);
  return (
    <form className={styles.dialogForm} onSubmit={submit} noValidate>
      <div className={styles.qrCode}>
        <Suspense>
          <QrCode text={url} label={words.twoStep.qrCode} />
        </Suspense>
      </div>
      <div className={styles.select}>
        <span className={styles.label}>{words.twoStep.secret}</span>
        <div className={styles.token}>
          <code aria-label={words.twoStep.secret}>{inGroups(secret)}</code>
          <Button onClick={copy}>{outcome === 'copied' ? words.twoStep.copied : words.twoStep.copy}</Button>
        </div>
      </div>
      {outcome === 'failed' && <Notice>{words.twoStep.copyFailed}</Notice>}
      <Field
        label={words.twoStep.code}
        hint={words.twoStep.codeHint}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
      />
      {problem && <Notice>{problem}</Notice>}
      <DialogActions>
        <Button onClick={onCancel}>{words.twoStep.cancel}</Button>
        <Button variant="accent" type="submit" disabled={confirm.isPending}>
          {confirm.isPending ? words.twoStep.working : words.twoStep.turnOn}
        </Button>
      </DialogActions>
    </form>
  );
}

/** A key as people read it: in groups of four. */
const inGroups = (key: string) => key.match(/.{1,4}/g)?.join(' ');
