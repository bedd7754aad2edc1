import { useCallback, useEffect, useRef, useState } from 'react';

const NEAR = 48;

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
    const onScroll = () => {
      // Growing content may leave the end behind for a moment; only a scroll upwards lets go of it.
      const up = scroller.scrollTop < lastTop - 1;
      lastTop = scroller.scrollTop;
      if (distance() <= NEAR) sticking.current = true;
      else if (up) sticking.current = false;
      setAtEnd(sticking.current);
    };
    const observer = new ResizeObserver(() => {
      if (sticking.current) scroller.scrollTop = scroller.scrollHeight;
      else setAtEnd(distance() <= NEAR);
      lastTop = scroller.scrollTop;
    });
    observer.observe(inner);
    observer.observe(scroller);
    scroller.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener('scroll', onScroll);
    };
  }, []);

  return { area, content, atEnd, toEnd };
}
