import * as Radix from '@radix-ui/react-dialog';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CornerDownLeft } from 'lucide-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { chatsQuery } from '../api/chats';
import { inComposition } from '../controls/composition';
import { useDebounced } from '../controls/useDebounced';
import { words } from '../words';
import styles from './Palette.module.css';

export interface PaletteAction {
  label: string;
  run: () => void;
}

interface Props {
  open: boolean;
  onClose: () => void;
  actions: PaletteAction[];
}

/** Searches actions and chats; the keyboard is enough to use it. */
export function Palette({ open, onClose, actions }: Props) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.scrim} />
        <Radix.Content className={styles.palette} aria-describedby={undefined}>
          <Radix.Title className="visually-hidden">{words.shell.palette}</Radix.Title>
          <PaletteBody onClose={onClose} actions={actions} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function PaletteBody({ onClose, actions }: Omit<Props, 'open'>) {
  const id = useId();
  const navigate = useNavigate();
  const [wanted, setWanted] = useState('');
  const chats = useInfiniteQuery({ ...chatsQuery(useDebounced(wanted.trim())), placeholderData: keepPreviousData });
  const [chosen, setChosen] = useState(0);

  const matches = (label: string) => label.toLowerCase().includes(wanted.trim().toLowerCase());
  const open = (chatId: string) => () => void navigate({ to: '/chats/$chatId', params: { chatId } });
  const entries = [
    ...actions.map((action) => ({ ...action, key: action.label, group: words.shell.paletteActions })),
    ...(chats.data ?? []).map((chat) => ({
      key: chat.id,
      label: chat.title || words.chats.untitled,
      group: words.shell.paletteChats,
      run: open(chat.id),
    })),
  ]
    .filter((entry) => matches(entry.label))
    .slice(0, 50);
  const current = Math.min(chosen, entries.length - 1);

  const run = (index: number) => {
    onClose();
    entries[index]?.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (inComposition(event)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = (current + step + entries.length) % Math.max(1, entries.length);
      setChosen(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(current);
    }
  };

  return (
    <>
      <input
        className={styles.input}
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={entries.length > 0 ? `${id}-${current}` : undefined}
        aria-label={words.shell.paletteHint}
        placeholder={words.shell.paletteHint}
        value={wanted}
        onChange={(event) => {
          setWanted(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={`${id}-list`} role="listbox" aria-label={words.shell.palette} className={styles.list} tabIndex={-1}>
        {entries.map((entry, index) => (
          <div
            key={entry.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            className={styles.option}
            onPointerMove={() => setChosen(index)}
            onClick={() => run(index)}
          >
            <span className={styles.label}>{entry.label}</span>
            {index === current ? <CornerDownLeft size={14} aria-hidden /> : <span className={styles.group}>{entry.group}</span>}
          </div>
        ))}
      </div>
      {entries.length === 0 && <p className={styles.none}>{words.shell.paletteNone}</p>}
    </>
  );
}
