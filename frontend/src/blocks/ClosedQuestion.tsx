import { MessageCircleQuestionMark } from 'lucide-react';
import type { Question } from '../timeline/types';
import { words } from '../words';
import { Prose } from './prose/Prose';
import styles from './ClosedQuestion.module.css';

/** A question that no longer waits, with its answer if there is one. */
export function ClosedQuestion({ question: { text, step } }: { question: Question }) {
  return (
    <div className={styles.asked}>
      <MessageCircleQuestionMark size={16} aria-hidden />
      <div className={styles.words}>
        <Prose text={text} />
        <p className={styles.answer}>
          {step.answer === null ? (
            words.question.unanswered
          ) : (
            <>
              {words.question.answered}: <strong>{step.answer}</strong>
            </>
          )}
        </p>
      </div>
    </div>
  );
}
