import { useQuery } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { explain } from '../api/client';
import { fileRulesQuery, useReplaceFileRules } from '../api/people';
import { Notice } from '../controls/Notice';
import { TextArea } from '../controls/TextArea';
import { words } from '../words';
import { SaveBar } from './SaveBar';
import styles from './admin.module.css';
import { linesOf } from './linesOf';

const LISTS = ['extensions', 'patterns', 'types'] as const;

/** Which kinds of files nobody may upload. */
export function FileRulesForm() {
  const rules = useQuery(fileRulesQuery);
  const save = useReplaceFileRules();
  const error = rules.error ?? save.error;
  if (!rules.data) return error && <Notice>{explain(error)}</Notice>;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [extensions, patterns, types] = LISTS.map((list) => linesOf(form.get(list)));
    save.mutate({ extensions, patterns, types });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {LISTS.map((list) => (
        <TextArea
          key={list}
          name={list}
          label={words.admin[list]}
          hint={words.admin[`${list}Hint`]}
          defaultValue={rules.data[list]?.join('\n')}
          spellCheck={false}
        />
      ))}
      {error && <Notice>{explain(error)}</Notice>}
      <SaveBar change={save} />
    </form>
  );
}
