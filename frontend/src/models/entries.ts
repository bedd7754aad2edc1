// What the menu of models offers for what is searched for.

import type { ModelChoice, ModelFacts, ModelSource } from '../api/types';
import { choiceOf, inSourceOrder, sourceName } from './choice';

/** How many models are shown at once. */
const MOST_MODELS = 100;
/** The most characters of a model's id. */
const LONGEST_ID = 200;

export interface Entry {
  /** Null: the default. */
  choice: ModelChoice | null;
  source: ModelSource | null;
  /** What is known about the model; null for one that is not listed. */
  facts: ModelFacts | null;
}

export interface Group {
  /** Null: models that are not listed. */
  source: ModelSource | null;
  entries: Entry[];
}

export interface Found {
  groups: Group[];
  /** How many models more match. */
  more: number;
}

/** The models of each source that match, and what was typed as the id of a model that a server of the person's own does not list. */
export function find(sources: readonly ModelSource[], wanted: string): Found {
  const typed = wanted.trim();
  const ordered = inSourceOrder(sources);
  let left = MOST_MODELS;
  let more = 0;
  const groups = ordered.map((source): Group => {
    const found = source.models.filter((model) => matches(source, model, typed));
    const shown = found.slice(0, left);
    left -= shown.length;
    more += found.length - shown.length;
    return { source, entries: shown.map((facts) => ({ choice: choiceOf(source, facts.id), source, facts })) };
  });
  const unlisted = { source: null, entries: ordered.filter((source) => mayHave(source, typed)).map((source) => ({ choice: choiceOf(source, typed), source, facts: null })) };
  // A source with a problem is shown with it, although it has no models.
  const isShown = ({ source, entries }: Group) => entries.length > 0 || (source?.problem && !typed);
  return { groups: [...groups, unlisted].filter(isShown), more };
}

function matches(source: ModelSource, { id, name }: ModelFacts, typed: string): boolean {
  const text = `${id} ${name ?? ''} ${sourceName(source)}`.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/** Whether a source may have a model with this id that it does not list. */
const mayHave = ({ owner, models }: ModelSource, id: string): boolean =>
  owner === 'person' && id !== '' && id.length <= LONGEST_ID && !models.some((model) => model.id === id);
