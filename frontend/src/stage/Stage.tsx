import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { isUnreachable } from '../api/client';
import type { useDesktop } from '../api/desktops';
import { filesQuery } from '../api/files';
import type { Point } from '../api/types';
import { useChatView, useSelectedStep } from '../blocks/ChatContext';
import { useNow } from '../controls/useNow';
import { TOUCH, useMediaQuery } from '../shell/useMediaQuery';
import { activeBlock, stepsOf } from '../timeline/selectors';
import type { Step, Timeline } from '../timeline/types';
import { target } from '../tools/describe';
import { words } from '../words';
import { useControl } from './control';
import { FilesPanel } from './FilesPanel';
import { Filmstrip } from './Filmstrip';
import { KeyBar } from './keyboard/KeyBar';
import type { Chord } from './keyboard/keys';
import { StageScreen } from './StageScreen';
import { StageStrip } from './StageStrip';
import { statusOf } from './status';
import { useFullScreen } from './useFullScreen';
import type { VncHandle } from './VncView';
import styles from './Stage.module.css';

interface Props {
  timeline: Timeline;
  desktop: ReturnType<typeof useDesktop>;
  /** Whether the connection to the server is lost. */
  offline: boolean;
  hovered: Step | null;
  /** `floating`: a small live view over the conversation; a tap grows it. */
  layout: 'full' | 'floating';
  onGrow: () => void;
  onStop: () => void;
}

export function Stage({ timeline, desktop: { desktop, start, error }, offline, hovered, layout, onGrow, onStop }: Props) {
  const { chatId, name, selectStep } = useChatView();
  const selectedStep = useSelectedStep();
  const files = useQuery(filesQuery(chatId));
  const control = useControl(chatId, desktop);
  const [filesOpen, setFilesOpen] = useState(false);
  const [frame, setFrame] = useState<HTMLElement | null>(null);
  const [typing, setTyping] = useState(false);
  const vnc = useRef<VncHandle>(null);
  const touch = useMediaQuery(TOUCH);
  const controlButton = useRef<HTMLButtonElement>(null);

  const run = activeBlock(timeline)?.state ?? null;
  const steps = useMemo(() => stepsOf(timeline).filter((step) => step.screenshot), [timeline]);
  const shown = steps.find((step) => step.call.call_id === selectedStep) ?? null;
  const working = stepsOf(timeline).findLast((step) => step.state === 'running');
  const ready = desktop?.state === 'ready';
  const { controlState } = control;
  const controlled = controlState !== 'none';
  const { fullScreen, toggle: toggleFullScreen } = useFullScreen(frame, controlled);
  const mark: Point | null = hovered ? target(hovered) : working ? target(working) : null;

  const takeOver = () => {
    selectStep(null);
    setTyping(false);
    control.take();
  };
  const press = (chord: Chord) => vnc.current?.press(chord);
  const focusDesktop = () => vnc.current?.focus();
  const sendKeys = (chord: Chord) => {
    press(chord);
    focusDesktop();
  };
  const leaveDesktop = () => controlButton.current?.focus();

  const onKeyDown = (event: KeyboardEvent) => {
    const plain = event.key === 'f' && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (controlled || !(plain || event.key === 'F11')) return;
    event.preventDefault();
    toggleFullScreen();
  };

  return (
    <section ref={setFrame} className={styles.stage} data-layout={layout} aria-label={words.stage.label} onKeyDown={onKeyDown}>
      <StageStrip
        status={statusOf({ name, desktop, run, control: controlState === 'held', elsewhere: control.elsewhere, offline: offline || isUnreachable(error) })}
        canTakeOver={ready && !controlled}
        canStop={run !== null}
        filesOpen={filesOpen}
        fileCount={files.data?.length ?? 0}
        fullScreen={fullScreen}
        controlRef={controlButton}
        frame={frame}
        hasKeyMenu={!touch}
        onTakeOver={takeOver}
        onHandBack={control.handBack}
        onSendKeys={sendKeys}
        onStop={onStop}
        onFiles={() => setFilesOpen(!filesOpen)}
        onFullScreen={toggleFullScreen}
      />
      <div className={styles.body}>
        <StageScreen
          chatId={chatId}
          name={name}
          desktop={desktop}
          startError={error}
          controlState={controlState}
          lease={control.lease}
          vncRef={vnc}
          typing={controlled && typing}
          running={run === 'running'}
          pastStep={shown}
          lastScreenshot={steps.at(-1)?.screenshot ?? null}
          mark={mark}
          onVnc={control.onVnc}
          onLeave={leaveDesktop}
          onTakeOver={takeOver}
          onStart={start}
        />
        {filesOpen && layout === 'full' && <FilesPanel chatId={chatId} onClose={() => setFilesOpen(false)} />}
        {control.note && (
          <p className={styles.note} role="status">
            {control.note}
          </p>
        )}
      </div>
      {shown && <PastStepBar step={shown} onLive={() => selectStep(null)} />}
      {controlled && touch && (
        <KeyBar
          open={typing}
          onOpen={setTyping}
          container={frame}
          onPress={press}
          onFocusDesktop={focusDesktop}
          onLeave={leaveDesktop}
        />
      )}
      {/* The phone's keyboard leaves no room for it. */}
      {!(controlled && typing) && <Filmstrip key={layout} steps={steps} />}
      {layout === 'floating' && <button type="button" className={styles.grow} aria-label={words.stage.showScreen} onClick={onGrow} />}
    </section>
  );
}

/** "3 minutes ago · Back to live". */
function PastStepBar({ step, onLive }: { step: Step; onLive: () => void }) {
  const now = useNow(5000);
  return (
    <p className={styles.past}>
      {step.at && <span>{words.time.ago(Math.max(0, now - Date.parse(step.at)))}</span>}
      <button type="button" onClick={onLive}>
        {words.stage.backToLive}
      </button>
    </p>
  );
}
