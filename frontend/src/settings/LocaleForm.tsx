import { useSuspenseQuery } from '@tanstack/react-query';
import { explain } from '../api/client';
import { useSetLocale } from '../api/locale';
import { meQuery } from '../api/session';
import { Select } from '../controls/Select';
import { browserLanguage, browserTimeZone, languages, timeZones } from '../locale/names';
import { words } from '../words';
import { chooseSetting } from '../words/choice';
import styles from './SettingsPage.module.css';

/** Chooses the time zone and the language of the person's desktops, and with it the one of the interface. */
export function LocaleForm() {
  const { data: me } = useSuspenseQuery(meQuery);
  const save = useSetLocale();
  // Shown before it is kept.
  const { time_zone: timeZone = null, language = null } = save.isPending ? { ...me, ...save.variables } : me;
  const chooseLanguage = (language: string | null) => save.mutate({ language }, { onSuccess: () => chooseSetting(language) });
  return (
    <>
      <div className={styles.selects}>
        <Select
          label={words.settings.timeZone}
          none={words.settings.byBrowser(browserTimeZone().replaceAll('_', ' '))}
          choices={timeZones(timeZone)}
          chosen={timeZone}
          onChoose={(time_zone) => save.mutate({ time_zone })}
        />
        <Select
          label={words.settings.language}
          none={words.settings.byBrowser(words.languageName(browserLanguage()))}
          choices={languages(language)}
          chosen={language}
          onChoose={chooseLanguage}
        />
      </div>
      <p className={save.error ? styles.problem : styles.saved} role="status">
        {save.error ? explain(save.error) : save.isSuccess ? words.settings.saved : ''}
      </p>
    </>
  );
}
