import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import styles from './Card.module.css';

interface Props {
  /** The id of the heading that names the card. */
  labelledBy: string;
  /** What Enter does while the card itself has the focus. */
  onEnter?: () => void;
  children: ReactNode;
}

/** Enter is ignored this long after the card appears, because it was meant for what had the focus before. */
const ENTER_GUARD_MS = 400;

/** A card that waits for the person. It takes the focus unless they are writing. */
export function Card({ labelledBy, onEnter, children }: Props) {
  const card = useRef<HTMLDivElement>(null);
  const shownAt = useRef(0);
  useEffect(() => {
    shownAt.current = performance.now();
    const { activeElement } = document;
    const free = activeElement === null || activeElement === document.body || activeElement.getAttribute('role') === 'log';
    if (free) card.current?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.target !== card.current || event.repeat) return;
    if (performance.now() - shownAt.current < ENTER_GUARD_MS) return;
    event.preventDefault();
    onEnter?.();
  };
  return (
    <div ref={card} className={styles.card} role="group" aria-labelledby={labelledBy} tabIndex={-1} data-needs-you onKeyDown={onKeyDown}>
      {children}
    </div>
  );
}

/** Moves the focus to the card that waits for the person. Returns whether there is one. */
export function focusWaitingCard(): boolean {
  const card = document.querySelector<HTMLElement>('[data-needs-you]');
  card?.focus();
  return card !== null;
}

/** Moves the focus from a card that is about to disappear to where the next card may take it. */
export const focusConversation = (from: Element) => from.closest<HTMLElement>('[role="log"]')?.focus({ preventScroll: true });
