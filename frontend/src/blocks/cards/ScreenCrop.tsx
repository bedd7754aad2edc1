import type { Point, Size } from '../../api/types';
import styles from './ScreenCrop.module.css';

/** The size of the crop in pixels of the screen. */
const CROP: Size = { width: 400, height: 150 };

interface Props {
  src: string;
  /** The size of the screen in pixels; `at` uses the same coordinates. */
  screen: Size;
  at: Point;
  label: string;
}

/** The part of the screen around a point, with the point marked. */
export function ScreenCrop({ src, screen, at, label }: Props) {
  const width = Math.min(CROP.width, screen.width);
  const height = Math.min(CROP.height, screen.height);
  const left = begin(at.x, width, screen.width);
  const top = begin(at.y, height, screen.height);
  const share = (part: number, whole: number) => `${(100 * part) / whole}%`;
  return (
    <div className={styles.crop} style={{ aspectRatio: `${width} / ${height}` }}>
      <img
        src={src}
        alt={label}
        draggable={false}
        style={{
          width: share(screen.width, width),
          height: share(screen.height, height),
          left: share(-left, width),
          top: share(-top, height),
        }}
      />
      <span className={styles.mark} style={{ left: share(at.x - left, width), top: share(at.y - top, height) }} />
    </div>
  );
}

/** Centers the crop on the target, but keeps it inside the screen. */
const begin = (at: number, size: number, whole: number) => Math.min(Math.max(0, at - size / 2), whole - size);
