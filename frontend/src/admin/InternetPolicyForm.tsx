import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { explain } from '../api/client';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import type { InternetPolicy, SiteSettings } from '../api/types';
import { Notice } from '../controls/Notice';
import { TextArea } from '../controls/TextArea';
import { words } from '../words';
import { SaveBar } from './SaveBar';
import styles from './admin.module.css';
import { linesOf } from './linesOf';

type Mode = InternetPolicy['mode'];

/** What all desktops may reach. */
export function InternetPolicyForm() {
  const settings = useQuery(siteSettingsQuery);
  if (!settings.data) return settings.error && <Notice>{explain(settings.error)}</Notice>;
  return <PolicyForm setting={settings.data.internet} />;
}

function PolicyForm({ setting: { value, is_fixed: isFixed, enforced } }: { setting: SiteSettings['internet'] }) {
  const save = useChangeSiteSettings();
  const [mode, setMode] = useState<Mode>(value.mode);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const names = linesOf(new FormData(event.currentTarget).get('names'));
    save.mutate({ internet: mode === 'listed' ? { mode, names } : { mode } });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <fieldset className={styles.options} disabled={isFixed || !enforced}>
        <legend>{words.internet.policy}</legend>
        {(Object.entries(words.internet.modes) as [Mode, string][]).map(([choice, label]) => (
          <label key={choice} className={styles.check}>
            <input type="radio" name="mode" checked={mode === choice} onChange={() => setMode(choice)} />
            {label}
          </label>
        ))}
      </fieldset>
      {mode === 'listed' && (
        <TextArea
          name="names"
          label={words.internet.names}
          hint={words.internet.namesHint}
          defaultValue={value.mode === 'listed' ? value.names.join('\n') : ''}
          disabled={isFixed}
          required
          rows={6}
          spellCheck={false}
        />
      )}
      {isFixed && <p className={styles.quiet}>{words.admin.fixed('DESKHAND_DESKTOP_INTERNET')}</p>}
      {!enforced && <p className={styles.quiet}>{words.internet.unenforced}</p>}
      {save.error && <Notice>{explain(save.error)}</Notice>}
      {!isFixed && enforced && <SaveBar change={save} />}
    </form>
  );
}
