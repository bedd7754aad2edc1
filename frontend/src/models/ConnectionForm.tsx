import { useRef, type FormEvent, type ReactNode } from 'react';
import { explain } from '../api/client';
import { canSaveAnyway } from '../api/models';
import { Button } from '../controls/Button';
import { DialogActions } from '../controls/Dialog';
import { Field } from '../controls/Field';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { CLOUD_FIELDS, type CloudField } from './clouds';
import styles from './ConnectionForm.module.css';

/** What a person has entered, without spaces around it. A field that is not shown is empty. */
export type Entered = Record<'name' | 'address' | 'key' | CloudField, string>;

const FIELDS = ['name', 'address', 'key', ...CLOUD_FIELDS] as const;

interface Props {
  save: { isPending: boolean; error: Error | null };
  onSave: (entered: Entered, unchecked: boolean) => void;
  onCancel: () => void;
  children: ReactNode;
}

/** The form of a model connection. It is checked before it is saved; if that fails, it may be saved anyway. */
export function ConnectionForm({ save, onSave, onCancel, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const keep = (unchecked: boolean) => {
    if (!form.current?.reportValidity()) return;
    const data = new FormData(form.current);
    const text = (name: string) => String(data.get(name) ?? '').trim();
    onSave(Object.fromEntries(FIELDS.map((name) => [name, text(name)])) as Entered, unchecked);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep(false);
  };
  const failedCheck = canSaveAnyway(save.error);
  return (
    <form ref={form} className={styles.form} onSubmit={submit}>
      {children}
      {save.error && (
        <Notice>
          <p>{explain(save.error)}</p>
          {failedCheck && <p>{words.models.saveAnywayHint}</p>}
        </Notice>
      )}
      <DialogActions>
        <Button onClick={onCancel}>{words.shell.cancel}</Button>
        {failedCheck && (
          <Button disabled={save.isPending} onClick={() => keep(true)}>
            {words.models.saveAnyway}
          </Button>
        )}
        <Button variant="accent" type="submit" disabled={save.isPending}>
          {save.isPending ? words.models.checking : words.models.save}
        </Button>
      </DialogActions>
    </form>
  );
}

export const NameField = ({ defaultValue }: { defaultValue: string }) => (
  <Field label={words.models.name} hint={words.models.nameHint} name="name" defaultValue={defaultValue} autoComplete="off" maxLength={60} required />
);

export const AddressField = ({ defaultValue, hint }: { defaultValue: string; hint?: string }) => (
  <Field label={words.models.address} hint={hint} name="address" type="url" defaultValue={defaultValue} maxLength={1000} required />
);

/** It is always empty at first: a key that is kept is never shown. */
export const KeyField = ({ required, disabled = false, hint, label }: { required: boolean; disabled?: boolean; hint: string; label?: string }) => (
  <Field
    label={label ?? words.models.key}
    hint={hint}
    name="key"
    type="password"
    autoComplete="new-password"
    spellCheck={false}
    maxLength={20000}
    required={required}
    disabled={disabled}
  />
);
