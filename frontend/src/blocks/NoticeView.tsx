import { EyeOff, FileX, MonitorX, Replace } from 'lucide-react';
import type { Notice } from '../timeline/types';
import { words } from '../words';
import styles from './NoticeView.module.css';

const ICONS = {
  desktop_replaced: MonitorX,
  upload_not_delivered: FileX,
  upload_not_shown: EyeOff,
  output_not_collected: FileX,
  model_changed: Replace,
};

/** Something that happened at this point, such as a restart of the desktop. */
export function NoticeView({ notice }: { notice: Notice }) {
  const Icon = ICONS[notice.code];
  return (
    <p className={styles.row}>
      <Icon size={16} className={styles.icon} aria-hidden />
      <span>
        {notice.code !== 'model_changed' && `${words.steps.notices[notice.code]} `}
        <span className={styles.why}>{notice.why}</span>
      </span>
    </p>
  );
}
