import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import styles from './Card.module.css';

interface Props {
  /** Of the heading that names the card. */
  labelledBy: string;
  /** What Enter does while the card itself has the focus. */
  onEnter?: () => void;
  children: ReactNode;
}

/** Enter counts once the card could have been read: not the keystroke that was meant for the one before. */
const ENTER_GUARD_MS = 400;

/** Something that waits for the person. It takes the focus unless they are writing. */
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

/** Moves the focus to what waits for the person. Whether there is something. */
export function focusWaitingCard(): boolean {
  const card = document.querySelector<HTMLElement>('[data-needs-you]');
  card?.focus();
  return card !== null;
}

/** Leaves the focus where the next card may take it, when the one that had it goes. */
export const focusConversation = (from: Element) => from.closest<HTMLElement>('[role="log"]')?.focus({ preventScroll: true });
