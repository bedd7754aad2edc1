import { useSuspenseQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { explain } from '../api/client';
import { useSetLocale } from '../api/locale';
import { meQuery } from '../api/session';
import { browserLanguage, browserTimeZone, languageName, languages, timeZones, type Choice } from '../locale/names';
import { words } from '../words';
import styles from './SettingsPage.module.css';

/** Chooses the time zone and the language of the person's desktops. */
export function LocaleForm() {
  const { data: me } = useSuspenseQuery(meQuery);
  const save = useSetLocale();
  // Shown before it is kept.
  const { time_zone: timeZone = null, language = null } = save.isPending ? { ...me, ...save.variables } : me;
  return (
    <>
      <div className={styles.selects}>
        <Select
          label={words.settings.timeZone}
          byBrowser={words.settings.byBrowser(browserTimeZone().replaceAll('_', ' '))}
          choices={timeZones(timeZone)}
          chosen={timeZone}
          onChoose={(time_zone) => save.mutate({ time_zone })}
        />
        <Select
          label={words.settings.language}
          byBrowser={words.settings.byBrowser(languageName(browserLanguage()))}
          choices={languages(language)}
          chosen={language}
          onChoose={(language) => save.mutate({ language })}
        />
      </div>
      <p className={save.error ? styles.problem : styles.saved} role="status">
        {save.error ? explain(save.error) : save.isSuccess ? words.settings.saved : ''}
      </p>
    </>
  );
}

interface SelectProps {
  label: string;
  /** The first option: no choice. */
  byBrowser: string;
  choices: Choice[];
  chosen: string | null;
  onChoose: (value: string | null) => void;
}

function Select({ label, byBrowser, choices, chosen, onChoose }: SelectProps) {
  const id = useId();
  return (
    <div className={styles.select}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={chosen ?? ''} onChange={(event) => onChoose(event.target.value || null)}>
        <option value="">{byBrowser}</option>
        {choices.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}
