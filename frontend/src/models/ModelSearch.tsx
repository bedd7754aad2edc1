import { useEffect, useEffectEvent, useId, useState, type KeyboardEvent } from 'react';
import type { ModelChoice, ModelSource } from '../api/types';
import { inComposition } from '../controls/composition';
import { words } from '../words';
import { keyOf, sameChoice, sourceName } from './choice';
import { find, type Entry, type Group } from './entries';
import { ModelOption } from './ModelOption';
import styles from './ModelMenu.module.css';

interface Props {
  sources: readonly ModelSource[];
  chosen: ModelChoice | null;
  /** What the choice of no model says; null: a model has to be chosen. */
  usual: string | null;
  onChoose: (choice: ModelChoice | null) => void;
}

/** The models by their sources. The field keeps the focus, and the arrow keys move through the list. */
export function ModelSearch({ sources, chosen, usual, onChoose }: Props) {
  const id = useId();
  const [wanted, setWanted] = useState('');
  const [active, setActive] = useState<string | null>(null);
  const { groups, more } = find(sources, wanted);
  const byDefault: Entry[] = wanted.trim() || usual === null ? [] : [{ choice: null, source: null, facts: null }];
  const entries = [...byDefault, ...groups.flatMap((group) => group.entries)];
  // What is chosen, until the keys or the pointer move, or something is searched for.
  const keys = entries.map(({ choice }) => keyOf(choice));
  const current = Math.max(0, keys.indexOf(active ?? (wanted.trim() ? '' : keyOf(chosen))));

  const show = (index: number) => document.getElementById(`${id}-${index}`)?.scrollIntoView({ block: 'nearest' });
  const showChosen = useEffectEvent(() => show(current));
  useEffect(() => {
    // It returns a promise in newer browsers, which is no clean-up.
    showChosen();
  }, []);
  const move = (step: number) => {
    const next = (current + step + entries.length) % Math.max(1, entries.length);
    setActive(keys[next] ?? null);
    show(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (inComposition(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const entry = entries[current];
    if (!step && event.key !== 'Enter') return;
    event.preventDefault();
    if (step) move(step);
    else if (entry) onChoose(entry.choice);
  };
  const option = (entry: Entry) => {
    const index = entries.indexOf(entry);
    return (
      <ModelOption
        key={keys[index]}
        id={`${id}-${index}`}
        entry={entry}
        usual={usual ?? ''}
        active={index === current}
        chosen={sameChoice(entry.choice, chosen)}
        onPoint={() => setActive(keys[index]!)}
        onChoose={() => onChoose(entry.choice)}
      />
    );
  };

  return (
    <>
      <input
        className={styles.input}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
        aria-label={words.models.search}
        placeholder={words.models.search}
        autoComplete="off"
        spellCheck={false}
        value={wanted}
        onChange={(event) => {
          setWanted(event.target.value);
          setActive(null);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label={words.models.list} className={styles.list} tabIndex={-1}>
        {byDefault.map(option)}
        {groups.map((group, index) => (
          <div key={group.source?.connection ?? group.source?.provider ?? ''} role="group" aria-labelledby={`${id}-group-${index}`}>
            <div id={`${id}-group-${index}`} className={styles.label}>
              {titleOf(group)}
              {group.source?.problem && <span className={styles.trouble}>{group.source.problem}</span>}
            </div>
            {group.entries.map(option)}
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className={styles.none}>{words.models.noMatch}</p>}
      {more > 0 && <p className={styles.none}>{words.models.more(more)}</p>}
    </>
  );
}

function titleOf({ source }: Group): string {
  if (!source) return words.models.otherModels;
  return source.owner === 'person' ? words.models.own(sourceName(source)) : words.models.shared(sourceName(source));
}
