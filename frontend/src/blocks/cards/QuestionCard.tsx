import { useId, useRef, type FormEvent, type KeyboardEvent } from 'react';
import { Button } from '../../controls/Button';
import { isSend } from '../../controls/composition';
import { words } from '../../words';
import { useChatView } from '../ChatContext';
import { Prose } from '../prose/Prose';
import { Card, focusConversation } from './Card';
import styles from './QuestionCard.module.css';

interface Props {
  question: string;
  choices: string[];
  answering: boolean;
  problem: string | null;
  onAnswer: (text: string) => void;
}

/** A question of the model, with suggested answers and a text field. */
export function QuestionCard({ question, choices, answering, problem, onAnswer }: Props) {
  const { name } = useChatView();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const answer = (text: string) => {
    if (answering || !text.trim()) return;
    if (form.current) focusConversation(form.current);
    onAnswer(text.trim());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    answer(field.current?.value ?? '');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSend(event)) return;
    event.preventDefault();
    answer(field.current?.value ?? '');
  };
  return (
    <Card labelledBy={`${id}-title`} onEnter={() => field.current?.focus()}>
      <h3 id={`${id}-title`} className={styles.title}>
        {words.question.title(name)}
      </h3>
      <div className={styles.question}>
        <Prose text={question} />
      </div>
      {choices.length > 0 && (
        <div className={styles.choices} role="group" aria-label={words.question.choices}>
          {choices.map((choice) => (
            <Button key={choice} className={styles.choice} disabled={answering} onClick={() => answer(choice)}>
              {choice}
            </Button>
          ))}
        </div>
      )}
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <form ref={form} className={styles.free} onSubmit={submit}>
        <label htmlFor={id} className={choices.length > 0 ? styles.label : 'visually-hidden'}>
          {choices.length > 0 ? words.question.labelOther : words.question.label}
        </label>
        <div className={styles.line}>
          <textarea
            ref={field}
            id={id}
            rows={1}
            maxLength={20_000}
            placeholder={choices.length > 0 ? undefined : words.question.label}
            onKeyDown={onKeyDown}
          />
          <Button type="submit" disabled={answering}>
            {words.question.send}
          </Button>
        </div>
      </form>
    </Card>
  );
}
