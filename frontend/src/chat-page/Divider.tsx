import type { KeyboardEvent, PointerEvent } from 'react';
import { words } from '../words';
import styles from './Divider.module.css';

interface Props {
  width: number;
  min: number;
  max: number;
  initial: number;
  /** The left edge of the resized area, in CSS pixels of the page. */
  origin: () => number;
  onWidth: (width: number) => void;
}

/** Resizes conversation and stage by dragging or with the arrow keys. A double click resets the width. */
export function Divider({ width, min, max, initial, origin, onWidth }: Props) {
  const set = (next: number) => onWidth(Math.round(Math.max(min, Math.min(max, next))));
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) set(event.clientX - origin());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (!by) return;
    event.preventDefault();
    set(width + by);
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={words.stage.divider}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      className={styles.divider}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onDoubleClick={() => set(initial)}
      onKeyDown={onKeyDown}
    />
  );
}
