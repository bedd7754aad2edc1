import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { explain } from '../api/client';
import { modelsQuery } from '../api/models';
import type { ModelChoice } from '../api/types';
import { words } from '../words';
import { choiceName, sourceOf } from './choice';
import { atEffort } from './effort';
import { ModelMenu } from './ModelMenu';
import styles from './ModelField.module.css';

interface Props {
  chosen: ModelChoice | null;
  /** What works without a choice; null while that is not known. */
  byDefault: ModelChoice | null;
  /** What the choice of no model says: with the model that it is, where that is known. */
  usual: (model: string | null) => string;
  /** Whether only models that everybody may use can be chosen. */
  forEverybody?: boolean;
  error: Error | null;
  saved: boolean;
  onChoose: (choice: ModelChoice | null, close: () => void) => void;
}

/** A default model, which is saved as soon as it is chosen. */
export function ModelField({ chosen, byDefault, usual: sayUsual, forEverybody = false, error, saved, onChoose }: Props) {
  const { data: list, error: unlisted } = useQuery(modelsQuery);
  const sources = list?.sources.filter(({ owner }) => !forEverybody || owner === 'installation') ?? [];
  const nameOf = (choice: ModelChoice) => atEffort(list ? choiceName(choice, list) : choice.model, choice.effort);
  const usual = sayUsual(byDefault && nameOf(byDefault));
  const label = chosen ? nameOf(chosen) : usual;
  const gone = chosen && list && !sourceOf(chosen, list);
  const problem = error ?? unlisted;
  return (
    <>
      <ModelMenu
        trigger={
          <button type="button" className={styles.field} aria-label={words.models.defaultLabel(label)}>
            <span>{label}</span>
            <ChevronDown size={16} aria-hidden />
          </button>
        }
        sources={sources}
        chosen={chosen}
        byDefault={byDefault}
        usual={usual}
        problem={problem && explain(problem)}
        onChoose={onChoose}
      />
      {gone && <p className={styles.gone}>{words.models.gone(label)}</p>}
      <p className={styles.saved} role="status">
        {saved ? words.settings.saved : ''}
      </p>
    </>
  );
}
