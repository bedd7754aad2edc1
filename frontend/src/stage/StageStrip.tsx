import { Command, Files, Maximize2, Minimize2, MousePointer2, Square } from 'lucide-react';
import type { Ref } from 'react';
import { Button, IconButton } from '../controls/Button';
import { words } from '../words';
import { KeyMenu } from './keyboard/KeyMenu';
import type { Chord } from './keyboard/keys';
import type { StageStatus } from './status';
import styles from './StageStrip.module.css';

interface Props {
  status: StageStatus;
  canTakeOver: boolean;
  canStop: boolean;
  filesOpen: boolean;
  fileCount: number;
  fullScreen: boolean;
  controlRef: Ref<HTMLButtonElement>;
  /** The whole stage, in which menus are drawn. */
  frame: HTMLElement | null;
  /** Whether keys are sent from here while in control, and not from the bar below the desktop. */
  hasKeyMenu: boolean;
  onTakeOver: () => void;
  onHandBack: () => void;
  onSendKeys: (chord: Chord) => void;
  onStop: () => void;
  onFiles: () => void;
  onFullScreen: () => void;
}

/** The bar above the screen: the status, and buttons to take over, stop, see files and go full screen. */
export function StageStrip(props: Props) {
  const { status, canTakeOver, canStop, filesOpen, fileCount, fullScreen, controlRef } = props;
  const held = status.tone === 'person';
  return (
    <div className={styles.strip}>
      <div className={styles.row}>
        <span className={styles.pill} data-tone={status.tone} role="status" data-testid="control-pill">
          <span className={styles.dot} aria-hidden />
          <span className={styles.status}>{status.text}</span>
        </span>
        {(held || canTakeOver) && (
          // One button, so that it keeps the focus when control changes hands.
          <Button
            ref={controlRef}
            variant={held ? 'accent' : 'plain'}
            size="small"
            icon={!held && <MousePointer2 size={14} />}
            onClick={held ? props.onHandBack : props.onTakeOver}
          >
            {held ? words.stage.handBack : words.stage.takeOver}
          </Button>
        )}
        {held && <span className={styles.leave}>{words.stage.leaveHint}</span>}
        <span className={styles.space} />
        {held && props.hasKeyMenu && (
          <KeyMenu
            container={props.frame}
            onPress={props.onSendKeys}
            trigger={
              <Button variant="quiet" size="small" icon={<Command size={14} />} title={words.keys.menu}>
                <span className={styles.keysWord}>{words.keys.menu}</span>
              </Button>
            }
          />
        )}
        {canStop && (
          <Button size="small" icon={<Square size={11} fill="currentColor" />} title={words.stage.stop} onClick={props.onStop}>
            <span className={styles.stopWord}>{words.stage.stop}</span>
          </Button>
        )}
        <Button
          variant="quiet"
          size="small"
          icon={<Files size={15} />}
          aria-expanded={filesOpen}
          onClick={props.onFiles}
        >
          <span className={styles.filesWord}>{words.stage.files}</span>
          {fileCount > 0 && <span className={styles.count}>{fileCount}</span>}
        </Button>
        <IconButton label={fullScreen ? words.stage.leaveFullScreen : words.stage.fullScreen} onClick={props.onFullScreen}>
          {fullScreen ? <Minimize2 size={15} /> : <Maximize2 size={15} />}
        </IconButton>
      </div>
    </div>
  );
}
