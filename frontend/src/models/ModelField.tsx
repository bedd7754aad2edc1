import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { explain } from '../api/client';
import { modelsQuery } from '../api/models';
import type { ModelChoice } from '../api/types';
import { words } from '../words';
import { choiceName, sourceOf } from './choice';
import { ModelMenu } from './ModelMenu';
import styles from './ModelField.module.css';

interface Props {
  chosen: ModelChoice | null;
  /** What the choice of no model says. */
  usual: string;
  /** Whether only models that everybody may use can be chosen. */
  forEverybody?: boolean;
  error: Error | null;
  saved: boolean;
  onChoose: (choice: ModelChoice | null, close: () => void) => void;
}

/** A default model, which is saved as soon as it is chosen. */
export function ModelField({ chosen, usual, forEverybody = false, error, saved, onChoose }: Props) {
  const { data: list, error: unlisted } = useQuery(modelsQuery);
  const sources = list?.sources.filter(({ owner }) => !forEverybody || owner === 'installation') ?? [];
  const label = chosen ? (list ? choiceName(chosen, list) : chosen.model) : usual;
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
