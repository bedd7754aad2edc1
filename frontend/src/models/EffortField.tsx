import type { Effort, ModelChoice } from '../api/types';
import { Select } from '../controls/Select';
import { words } from '../words';

interface Props {
  /** The model that works, and its effort. */
  choice: ModelChoice;
  /** The efforts that it may have. */
  efforts: readonly Effort[];
  onChoose: (choice: ModelChoice) => void;
}

/** How much a model thinks and does before it answers. */
export function EffortField({ choice: { effort, ...model }, efforts, onChoose }: Props) {
  return (
    <Select
      label={words.models.effort}
      none={words.models.effortUsual}
      choices={efforts.map((value) => ({ value, label: words.models.efforts[value] }))}
      chosen={effort ?? null}
      onChoose={(chosen) => onChoose(chosen ? { ...model, effort: chosen as Effort } : model)}
    />
  );
}
