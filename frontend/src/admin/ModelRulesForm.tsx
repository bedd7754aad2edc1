import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { explain } from '../api/client';
import { modelsQuery } from '../api/models';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import { Notice } from '../controls/Notice';
import { TextArea } from '../controls/TextArea';
import { words } from '../words';
import { linesOf } from './linesOf';
import { SaveBar } from './SaveBar';
import styles from './admin.module.css';

/** Where the environment sets what is fixed. */
const SETTINGS = { own_keys: 'DESKHAND_OWN_MODEL_KEYS', private_servers: 'DESKHAND_PRIVATE_MODEL_SERVERS' };
type Rule = keyof typeof SETTINGS;

/** What people may do with models of their own. */
export function ModelRulesForm() {
  const settings = useQuery(siteSettingsQuery);
  const save = useChangeSiteSettings();
  const client = useQueryClient();
  if (!settings.data) return settings.error && <Notice>{explain(settings.error)}</Notice>;
  const { value, set, fixed } = settings.data.models;
  const isFixed = (rule: Rule) => fixed.includes(rule);
  const note = (rule: Rule) => isFixed(rule) && <p className={styles.quiet}>{words.admin.fixed(SETTINGS[rule])}</p>;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    // What is fixed is not in the form, and stays as it was set here.
    const own_keys = isFixed('own_keys') ? set.own_keys : form.has('own_keys');
    const private_servers = isFixed('private_servers') ? set.private_servers : linesOf(form.get('private_servers'));
    save.mutate({ models: { own_keys, private_servers } }, { onSuccess: () => void client.invalidateQueries(modelsQuery) });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <div>
        <label className={styles.check}>
          <input type="checkbox" name="own_keys" defaultChecked={value.own_keys !== false} disabled={isFixed('own_keys')} />
          {words.models.ownKeys}
        </label>
        {note('own_keys')}
      </div>
      <div>
        <TextArea
          name="private_servers"
          label={words.models.privateServers}
          hint={words.models.privateServersHint}
          defaultValue={value.private_servers?.join('\n')}
          disabled={isFixed('private_servers')}
          rows={4}
          spellCheck={false}
        />
        {note('private_servers')}
      </div>
      {save.error && <Notice>{explain(save.error)}</Notice>}
      {!(isFixed('own_keys') && isFixed('private_servers')) && <SaveBar change={save} />}
    </form>
  );
}
