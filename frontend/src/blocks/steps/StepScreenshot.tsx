import { paths } from '../../api/paths';
import type { Step } from '../../timeline/types';
import { target } from '../../tools/describe';
import { useChatView } from '../ChatContext';
import styles from './StepScreenshot.module.css';

interface Props {
  step: Step;
  className: string;
  /** Crops the screenshot around the target. */
  crop?: boolean;
}

/** The screenshot of a step as a thumbnail, with its target marked. */
export function StepScreenshot({ step, className, crop = false }: Props) {
  const { chatId, screen } = useChatView();
  if (!step.screenshot) return null;
  const aim = target(step);
  const size = screen ?? step.screenshot.size;
  const left = aim ? (100 * aim.x) / size.width : 50;
  const top = aim ? (100 * aim.y) / size.height : 50;
  return (
    <span className={`${styles.frame} ${className}`}>
      <img
        src={paths.thumbnail(chatId, step.screenshot.sha256)}
        alt=""
        loading="lazy"
        decoding="async"
        draggable={false}
        // Crop and mark use the same percentage, so that the mark stays on its target.
        style={crop ? { objectPosition: `50% ${top}%` } : undefined}
      />
      {aim && <span className={styles.mark} style={{ left: `${left}%`, top: `${top}%` }} />}
    </span>
  );
}
