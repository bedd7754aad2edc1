import { useEffect, useRef } from 'react';
import { Button } from './Button';
import styles from './More.module.css';

interface Props {
  label: string;
  loading: boolean;
  onMore: () => void;
}

/** Loads more of a list when it is scrolled into view, or clicked. */
export function More({ label, loading, onMore }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const load = useRef(onMore);
  useEffect(() => {
    load.current = loading ? () => {} : onMore;
  });
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && load.current());
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} className={styles.more}>
      <Button size="small" disabled={loading} onClick={onMore}>
        {label}
      </Button>
    </div>
  );
}
