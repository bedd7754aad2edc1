import { Languages } from 'lucide-react';
import { shownLanguage, words } from '../words';
import { chooseLanguage } from '../words/choice';
import { LANGUAGE_NAMES, LANGUAGES, type Language } from '../words/languages';
import styles from './LanguageChoice.module.css';

/** Chooses the language of the interface before a login. This browser remembers it. */
export function LanguageChoice() {
  return (
    <label className={styles.choice}>
      <Languages size={14} aria-hidden />
      <span className="visually-hidden">{words.shell.language}</span>
      <select value={shownLanguage()} onChange={(event) => void chooseLanguage(event.target.value as Language)}>
        {LANGUAGES.map((language) => (
          <option key={language} value={language} lang={language}>
            {LANGUAGE_NAMES[language]}
          </option>
        ))}
      </select>
    </label>
  );
}
