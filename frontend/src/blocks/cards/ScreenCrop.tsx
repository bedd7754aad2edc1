import type { Point, Size } from '../../api/types';
import styles from './ScreenCrop.module.css';

/** Pixels of the screen that are shown around the target. */
const CROP: Size = { width: 400, height: 150 };

interface Props {
  src: string;
  /** Pixels of the screen, in which `at` counts. */
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

/** Where the crop begins: the target in its middle, but nothing from beyond the screen. */
const begin = (at: number, size: number, whole: number) => Math.min(Math.max(0, at - size / 2), whole - size);
