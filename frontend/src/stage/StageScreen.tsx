import { lazy, Suspense, useState, type Ref } from 'react';
import { explain, isUnreachable } from '../api/client';
import { paths } from '../api/paths';
import type { Desktop, Point, ScreenshotRef, Size } from '../api/types';
import { Button } from '../controls/Button';
import { Delayed } from '../controls/Delayed';
import { loadPart } from '../loading/loadPart';
import type { Step } from '../timeline/types';
import { describeStep, sentence, target } from '../tools/describe';
import { words } from '../words';
import type { ControlState } from './control';
import type { VncHandle } from './VncView';
import type { VncState } from './vncState';
import styles from './StageScreen.module.css';

const VncView = lazy(() => loadPart(() => import('./VncView')));

/** The size of the screen until it is known. */
const DEFAULT_SIZE: Size = { width: 1280, height: 800 };

interface Props {
  chatId: string;
  name: string;
  desktop: Desktop | undefined;
  startError: unknown;
  controlState: ControlState;
  lease: string | null;
  vncRef: Ref<VncHandle>;
  /** Whether the person types on the phone's keyboard. */
  typing: boolean;
  running: boolean;
  /** The step whose screenshot replaces the live view. */
  pastStep: Step | null;
  /** The latest screenshot, shown while there is no live view yet. */
  lastScreenshot: ScreenshotRef | null;
  /** A point of the screen to mark. */
  mark: Point | null;
  onVnc: (state: VncState) => void;
  onLeave: () => void;
  onTakeOver: () => void;
  onStart: () => void;
}

/** The screen: live, or as it was after a step, or the reason why there is none. */
export function StageScreen(props: Props) {
  const { chatId, desktop, controlState, lease, vncRef, typing, running, pastStep, lastScreenshot, mark } = props;
  const [vnc, setVnc] = useState<VncState>({ kind: 'connecting' });
  const [asking, setAsking] = useState(false);
  const [lastFrame, setLastFrame] = useState<string | null>(null);
  const size = desktop?.screen ?? pastStep?.screenshot?.size ?? DEFAULT_SIZE;
  const live = desktop?.state === 'ready';
  const controlled = controlState !== 'none';
  const before = lastFrame ?? (lastScreenshot && paths.screenshot(chatId, lastScreenshot.sha256));
  const report = (state: VncState) => {
    setVnc(state);
    props.onVnc(state);
  };

  return (
    <div className={styles.room}>
      <div className={styles.screen} style={{ '--w': size.width, '--h': size.height } as React.CSSProperties} data-control={controlState}>
        {live && (
          <Suspense>
            <VncView
              key={lease}
              ref={vncRef}
              chatId={chatId}
              lease={lease}
              typing={typing}
              onState={report}
              onLastFrame={setLastFrame}
              onLeave={props.onLeave}
            />
          </Suspense>
        )}
        {before && !pastStep && !(live && vnc.kind === 'connected') && (
          <img className={styles.before} data-view={live ? vnc.kind : 'none'} src={before} alt={words.stage.lastFrame} />
        )}
        {live && !controlled && !pastStep && (
          // A click offers to take over; it never reaches the desktop.
          <div className={styles.catch} onClick={() => setAsking(true)} />
        )}
        {pastStep?.screenshot && (
          <img
            className={styles.past}
            src={paths.screenshot(chatId, pastStep.screenshot.sha256)}
            alt={words.stage.screenAfter(sentence(describeStep(pastStep)))}
          />
        )}
        <Mark point={pastStep ? target(pastStep) : mark} size={size} />
        {!pastStep && <Cover {...props} vnc={vnc} live={live} />}
        {asking && live && !controlled && !pastStep && (
          <Ask
            running={running}
            name={props.name}
            onYes={() => {
              setAsking(false);
              props.onTakeOver();
            }}
            onNo={() => setAsking(false)}
          />
        )}
      </div>
    </div>
  );
}

function Mark({ point, size }: { point: Point | null; size: Size }) {
  if (!point) return null;
  return (
    <span
      className={styles.mark}
      style={{ left: `${(100 * point.x) / size.width}%`, top: `${(100 * point.y) / size.height}%` }}
      aria-hidden
    />
  );
}

/** Explains why there is no live view, and offers a way out. */
function Cover({ desktop, startError, onStart, live, vnc }: Props & { live: boolean; vnc: VncState }) {
  if (live) {
    if (vnc.kind === 'connected') return null;
    return (
      <Delayed key={vnc.kind} after={vnc.kind === 'lost' ? 800 : 300}>
        <p className={styles.corner} role="status">
          {vnc.kind === 'lost' ? words.stage.reconnecting : words.stage.connecting}
        </p>
      </Delayed>
    );
  }
  if (isUnreachable(startError)) {
    return (
      <div className={styles.cover} role="alert">
        <h2>{words.stage.unreachableTitle}</h2>
        <p>{words.stage.unreachableBody}</p>
        <Button onClick={onStart}>{words.errors.retry}</Button>
      </div>
    );
  }
  if (startError || desktop?.state === 'failed') {
    return (
      <div className={styles.cover} role="alert">
        <h2>{words.stage.failedTitle}</h2>
        <p>{desktop?.reason || (startError ? explain(startError) : words.stage.failedBody)}</p>
        <Button variant="accent" onClick={onStart}>
          {words.stage.startAgain}
        </Button>
      </div>
    );
  }
  if (desktop?.state === 'stopped' || desktop?.state === 'paused') {
    const paused = desktop.state === 'paused';
    return (
      <div className={styles.cover}>
        <h2>{paused ? words.stage.pausedTitle : words.stage.offTitle}</h2>
        {desktop.reason && <p>{desktop.reason}</p>}
        <Button variant="accent" onClick={onStart}>
          {paused ? words.stage.wake : words.stage.startAgain}
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.cover} role="status">
      <Delayed>
        <span className={styles.spinner} aria-hidden />
        <p>{words.stage.startingTitle}</p>
      </Delayed>
      <Delayed after={3000}>
        <p className={styles.slow}>{words.stage.startingSlow}</p>
      </Delayed>
    </div>
  );
}

function Ask({ running, name, onYes, onNo }: { running: boolean; name: string; onYes: () => void; onNo: () => void }) {
  return (
    <div
      className={styles.ask}
      role="group"
      aria-labelledby="take-over-ask"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onNo();
      }}
    >
      <h2 id="take-over-ask">{words.stage.takeOverAsk}</h2>
      <p>{running ? words.stage.takeOverBusy(name) : words.stage.takeOverBody}</p>
      <div className={styles.answers}>
        <Button size="small" variant="accent" autoFocus onClick={onYes}>
          {words.stage.takeOver}
        </Button>
        <Button size="small" onClick={onNo}>
          {words.stage.keepWatching}
        </Button>
      </div>
    </div>
  );
}
