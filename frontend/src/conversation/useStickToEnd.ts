import { useCallback, useEffect, useRef, useState } from 'react';

const NEAR_END_PX = 48;
/** What grows this soon after a click was opened by the person, who wants to see it where it is. */
const EXPANDED_MS = 150;

/** Keeps a scroll area at its end while content grows, but only if it was there. */
export function useStickToEnd() {
  const area = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticking = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    sticking.current = true;
    setAtEnd(true);
    area.current?.scrollTo({ top: area.current.scrollHeight });
  }, []);

  useEffect(() => {
    const scroller = area.current;
    const inner = content.current;
    if (!scroller || !inner) return;
    const distance = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    let lastTop = scroller.scrollTop;
    let clickedAt = -Infinity;
    const onClick = () => (clickedAt = performance.now());
    const onScroll = () => {
      // Growing content may leave the end behind for a moment; only a scroll upwards lets go of it.
      const up = scroller.scrollTop < lastTop - 1;
      lastTop = scroller.scrollTop;
      if (distance() <= NEAR_END_PX) sticking.current = true;
      else if (up) sticking.current = false;
      setAtEnd(sticking.current);
    };
    const observer = new ResizeObserver(() => {
      if (performance.now() - clickedAt < EXPANDED_MS) sticking.current = distance() <= NEAR_END_PX;
      if (sticking.current) scroller.scrollTop = scroller.scrollHeight;
      setAtEnd(distance() <= NEAR_END_PX);
      lastTop = scroller.scrollTop;
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
