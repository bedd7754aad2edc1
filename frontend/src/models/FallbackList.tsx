import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { explain } from '../api/client';
import { modelsQuery } from '../api/models';
import type { ModelChoice } from '../api/types';
import { Button, IconButton } from '../controls/Button';
import { words } from '../words';
import { choiceName, keyOf, sameChoice, sourceName, sourceOf } from './choice';
import { atEffort } from './effort';
import { MOST_FALLBACKS, moved, replaced } from './fallbacks';
import { ModelMenu } from './ModelMenu';
import styles from './FallbackList.module.css';

interface Props {
  fallbacks: readonly ModelChoice[];
  /** Whether only models that everybody may use can be chosen. */
  forEverybody?: boolean;
  error: Error | null;
  saved: boolean;
  /** Keeps another list; `done` is to be called once it is kept. */
  onChange: (fallbacks: ModelChoice[], done: () => void) => void;
}

/** The models that go on where another one can't, one after the other. Each change is saved at once. */
export function FallbackList({ fallbacks, forEverybody = false, error, saved, onChange }: Props) {
  const { data: list, error: unlisted } = useQuery(modelsQuery);
  const [told, setTold] = useState('');
  const items = useRef<HTMLOListElement>(null);
  const sources = list?.sources.filter(({ owner }) => !forEverybody || owner === 'installation') ?? [];
  const nameOf = (choice: ModelChoice) => atEffort(list ? choiceName(choice, list) : choice.model, choice.effort);
  const problem = error ?? unlisted;
  // The button that gets the focus once the list is shown in its new order.
  const next = useRef<{ place: number; way: 'up' | 'down' } | null>(null);
  useEffect(() => {
    if (!next.current) return;
    const { place, way } = next.current;
    next.current = null;
    items.current?.children[place]?.querySelector<HTMLElement>(`[name="${way}"]`)?.focus();
  });

  const move = (place: number, step: 1 | -1) => {
    const name = nameOf(fallbacks[place]!);
    const to = place + step;
    const goesOn = fallbacks[to + step] !== undefined;
    onChange(moved(fallbacks, place, step), () => {
      setTold(words.models.movedTo(name, to + 1));
      // A button that has become disabled can't have it.
      next.current = { place: to, way: step < 0 === goesOn ? 'up' : 'down' };
    });
  };
  const others = (place: number) => fallbacks.filter((_, index) => index !== place);
  const choose = (place: number) => (choice: ModelChoice | null, close: () => void) => {
    if (!choice || others(place).some((other) => sameChoice(other, choice))) return close();
    setTold('');
    onChange(replaced(fallbacks, place, choice), close);
  };

  return (
    <div className={styles.fallbacks}>
      {fallbacks.length === 0 && <p className={styles.empty}>{words.models.fallbacksEmpty}</p>}
      <ol ref={items} className={styles.list} aria-label={words.models.fallbacksList} hidden={fallbacks.length === 0}>
        {fallbacks.map((choice, place) => {
          const source = list && sourceOf(choice, list);
          const name = nameOf(choice);
          return (
            <li key={keyOf(choice)} className={styles.item}>
              <ModelMenu
                trigger={
                  <button type="button" className={styles.model} aria-label={words.models.changeFallback(name)}>
                    <span>{name}</span>
                    {source && <span className={styles.source}>{sourceName(source)}</span>}
                  </button>
                }
                sources={sources}
                chosen={choice}
                byDefault={null}
                usual={null}
                problem={problem && explain(problem)}
                onChoose={choose(place)}
              />
              <IconButton name="up" label={words.models.moveUp(name)} disabled={place === 0} onClick={() => move(place, -1)}>
                <ArrowUp size={16} aria-hidden />
              </IconButton>
              <IconButton name="down" label={words.models.moveDown(name)} disabled={place === fallbacks.length - 1} onClick={() => move(place, 1)}>
                <ArrowDown size={16} aria-hidden />
              </IconButton>
              <IconButton
                label={words.models.removeFallback(name)}
                onClick={() => {
                  setTold('');
                  onChange(others(place), () => undefined);
                }}
              >
                <X size={16} aria-hidden />
              </IconButton>
              {list && !source && <p className={styles.gone}>{words.models.gone(name)}</p>}
            </li>
          );
        })}
      </ol>
      {fallbacks.length < MOST_FALLBACKS ? (
        <ModelMenu
          trigger={<Button icon={<Plus size={16} aria-hidden />}>{words.models.addFallback}</Button>}
          sources={sources}
          chosen={null}
          byDefault={null}
          usual={null}
          problem={problem && explain(problem)}
          onChoose={choose(fallbacks.length)}
        />
      ) : (
        <p className={styles.empty}>{words.models.fallbacksFull(MOST_FALLBACKS)}</p>
      )}
      {error && (
        <p className={styles.gone} role="alert">
          {explain(error)}
        </p>
      )}
      <p className={styles.saved} role="status">
        {told || (saved && !error ? words.settings.saved : '')}
      </p>
    </div>
  );
}
