import { useCallback, useEffect, useRef, useState } from 'react';

const NEAR_END_PX = 48;
/** Content that grows this soon after a click was expanded by the person, and must stay in place. */
const EXPANDED_MS = 150;

/**
 * Keeps a scroll area at its end while its content grows, but only if it was there before. When `first` changes, content
 * was added above, and what is in view stays in place.
 */
export function useStickToEnd(first: number | null) {
  const area = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticking = useRef(true);
  const grewAbove = useRef(false);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    sticking.current = true;
    setAtEnd(true);
    area.current?.scrollTo({ top: area.current.scrollHeight });
  }, []);

  useEffect(() => {
    grewAbove.current = true;
  }, [first]);

  useEffect(() => {
    const scroller = area.current;
    const inner = content.current;
    if (!scroller || !inner) return;
    const distance = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    let lastTop = scroller.scrollTop;
    let lastHeight = scroller.scrollHeight;
    let clickedAt = -Infinity;
    const onClick = () => (clickedAt = performance.now());
    const onScroll = () => {
      // Growing content may move the end away for a moment; only scrolling up releases it.
      const up = scroller.scrollTop < lastTop - 1;
      lastTop = scroller.scrollTop;
      if (distance() <= NEAR_END_PX) sticking.current = true;
      else if (up) sticking.current = false;
      setAtEnd(sticking.current);
    };
    const observer = new ResizeObserver(() => {
      if (performance.now() - clickedAt < EXPANDED_MS) sticking.current = distance() <= NEAR_END_PX;
      if (sticking.current) scroller.scrollTop = scroller.scrollHeight;
      else if (grewAbove.current) scroller.scrollTop = lastTop + scroller.scrollHeight - lastHeight;
      grewAbove.current = false;
      setAtEnd(distance() <= NEAR_END_PX);
      lastTop = scroller.scrollTop;
      lastHeight = scroller.scrollHeight;
    });
    observer.observe(inner);
    observer.observe(scroller);
    scroller.addEventListener('scroll', onScroll, { passive: true });
    inner.addEventListener('click', onClick, true);
    return () => {
      observer.disconnect();
      scroller.removeEventListener('scroll', onScroll);
      inner.removeEventListener('click', onClick, true);
    };
  }, []);

  return { area, content, atEnd, toEnd };
}
