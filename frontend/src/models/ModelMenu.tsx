import * as Radix from '@radix-ui/react-dialog';
import { Link } from '@tanstack/react-router';
import { useId, useState, type ReactNode } from 'react';
import type { ModelChoice, ModelSource } from '../api/types';
import type { PagePath } from '../controls/pages';
import { words } from '../words';
import { effortsOf, keepEffort } from './effort';
import { EffortField } from './EffortField';
import { ModelSearch } from './ModelSearch';
import styles from './ModelMenu.module.css';

interface Props {
  /** The button that opens it. */
  trigger: ReactNode;
  sources: readonly ModelSource[];
  /** What is chosen; null: the default. */
  chosen: ModelChoice | null;
  /** What works without a choice; null while that is not known. */
  byDefault: ModelChoice | null;
  /** What the choice of no model says; null: a model has to be chosen. */
  usual: string | null;
  /** What has to be known before choosing. */
  note?: string | null;
  problem?: string | null;
  /** About what the model will cost. */
  estimate?: ReactNode;
  /** Opens the limits of the chat. */
  onLimits?: () => void;
  /** Where the sources are set up. */
  settings?: { to: PagePath; label: string };
  /** Chooses a model; `close` is to be called once that is kept. */
  onChoose: (choice: ModelChoice | null, close: () => void) => void;
}

/** A button that opens the list of models, which can be searched, and the efforts of the model that works. */
export function ModelMenu({ trigger, sources, chosen, byDefault, usual, note, problem, estimate, onLimits, settings, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const noteId = useId();
  const close = () => setOpen(false);
  const works = chosen ?? byDefault;
  const efforts = works ? effortsOf(works, { sources }) : [];
  return (
    <Radix.Root open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Overlay className={styles.scrim} />
        <Radix.Content className={styles.menu} aria-describedby={note ? noteId : undefined}>
          <Radix.Title className="visually-hidden">{words.models.choose}</Radix.Title>
          <ModelSearch
            sources={sources}
            chosen={chosen}
            usual={usual}
            onChoose={(choice) => onChoose(choice && keepEffort(choice, works, { sources }), close)}
          />
          {problem && (
            <p className={styles.problem} role="alert">
              {problem}
            </p>
          )}
          {works && efforts.length > 0 && (
            <div className={styles.effort}>
              <EffortField choice={works} efforts={efforts} onChoose={(choice) => onChoose(choice, () => undefined)} />
            </div>
          )}
          {estimate}
          {(note || onLimits || settings) && (
            <div className={styles.foot}>
              {note && <p id={noteId}>{note}</p>}
              {onLimits && (
                <button
                  type="button"
                  className={styles.link}
                  onClick={() => {
                    close();
                    onLimits();
                  }}
                >
                  {words.costs.chatLimitsItem}
                </button>
              )}
              {settings && (
                <Link to={settings.to} onClick={close}>
                  {settings.label}
                </Link>
              )}
            </div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
