import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Button } from '../../controls/Button';
import { inComposition, isSend } from '../../controls/composition';
import { words } from '../../words';
import styles from './EditMessage.module.css';

interface Props {
  text: string;
  onSend: (text: string) => void;
  onCancel: () => void;
}

/** The last message as an editable field. */
export function EditMessage({ text, onSend, onCancel }: Props) {
  const id = useId();
  const form = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState(text);
  // The field is larger than the message was.
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const ready = draft.trim() !== '';
  const send = () => ready && onSend(draft.trim());
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !inComposition(event)) {
      // Esc ends editing; it must not count towards stopping the run.
      event.preventDefault();
      onCancel();
    }
    if (!isSend(event)) return;
    event.preventDefault();
    send();
  };
  return (
    <div ref={form} className={styles.edit}>
      <textarea
        value={draft}
        autoFocus
        aria-label={words.message.editing}
        aria-describedby={id}
        onChange={(event) => setDraft(event.target.value)}
        onFocus={(event) => event.target.setSelectionRange(event.target.value.length, event.target.value.length)}
        onKeyDown={onKeyDown}
      />
      <p id={id} className={styles.hint}>
        {words.message.editHint}
      </p>
      <div className={styles.buttons}>
        <Button size="small" onClick={onCancel}>
          {words.shell.cancel}
        </Button>
        <Button size="small" variant="accent" disabled={!ready} onClick={send}>
          {words.message.editSend}
        </Button>
      </div>
    </div>
  );
}
