import { useQuery } from '@tanstack/react-query';
import { explain } from '../api/client';
import { siteSettingsQuery, useChangeSiteSettings } from '../api/people';
import type { SiteSettings } from '../api/types';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './admin.module.css';

type Mode = SiteSettings['registration']['value'];

/** Who may register. A choice is saved at once. */
export function RegistrationForm() {
  const settings = useQuery(siteSettingsQuery);
  const save = useChangeSiteSettings();
  const error = settings.error ?? save.error;
  if (!settings.data) return error && <Notice>{explain(error)}</Notice>;
  const { value, is_fixed: isFixed } = settings.data.registration;
  const chosen = save.isPending ? (save.variables.registration ?? value) : value;
  return (
    <>
      <fieldset className={styles.options} disabled={isFixed}>
        <legend>{words.admin.registration}</legend>
        {(Object.entries(words.admin.modes) as [Mode, string][]).map(([mode, label]) => (
          <label key={mode} className={styles.check}>
            <input
              type="radio"
              name="registration"
              checked={chosen === mode}
              onChange={() => save.mutate({ registration: mode })}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {isFixed && <p className={styles.quiet}>{words.admin.fixed('DESKHAND_REGISTRATION')}</p>}
      {error && <Notice>{explain(error)}</Notice>}
      <p className={styles.saved} role="status">
        {save.isSuccess ? words.admin.saved : ''}
      </p>
    </>
  );
}
