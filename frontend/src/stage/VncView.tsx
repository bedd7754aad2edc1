import RFB from '@novnc/novnc';
import { useEffect, useEffectEvent, useImperativeHandle, useRef, type FocusEvent, type Ref } from 'react';
import { paths } from '../api/paths';
import { words } from '../words';
import { releasesKeyboard, type Chord } from './keyboard/keys';
import { afterClose, type VncState } from './vncState';
import styles from './VncView.module.css';

/** What the page does with the desktop through the view. Without control, or a connection, nothing happens. */
export interface VncHandle {
  press: (chord: Chord) => void;
  focus: () => void;
}

interface Props {
  ref: Ref<VncHandle>;
  chatId: string;
  /** With a lease the view accepts input. Mount another view to change it. */
  lease: string | null;
  /** Whether the person types elsewhere, and the view leaves the focus there. */
  typing: boolean;
  onState: (state: VncState) => void;
  /** Called with the last frame, as a URL, when the connection ends. */
  onLastFrame: (url: string) => void;
  /** Called for Ctrl+Alt+Shift, which releases the keyboard. */
  onLeave: () => void;
}

/** The live view, connected from mount to unmount. The only component that uses noVNC. */
export default function VncView({ ref, chatId, lease, typing, onState, onLastFrame, onLeave }: Props) {
  const control = lease !== null;
  const host = useRef<HTMLDivElement>(null);
  const connection = useRef<RFB>(null);
  /** The codes of the keys that are down. */
  const held = useRef(new Set<string>());
  const report = useEffectEvent(onState);
  const keepFrame = useEffectEvent((canvas: HTMLCanvasElement | null) => {
    if (canvas?.width) onLastFrame(canvas.toDataURL('image/jpeg', 0.8));
  });
  const leave = useEffectEvent(onLeave);
  const takesFocus = useEffectEvent(() => control && !typing);

  useImperativeHandle(ref, () => ({
    press: (chord) => {
      chord.forEach((keysym) => connection.current?.sendKey(keysym, null, true));
      chord.toReversed().forEach((keysym) => connection.current?.sendKey(keysym, null, false));
    },
    focus: () => connection.current?.focus({ preventScroll: true }),
  }), []);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    let rfb: RFB | null = null;
    // noVNC removes it from the page before it tells that the connection has ended.
    let canvas: HTMLCanvasElement | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let unmounted = false;

    const connect = () => {
      let opened = false;
      let code = 0;
      const socket = new WebSocket(paths.vnc(chatId, lease));
      // noVNC does not expose the close code. This listener runs before noVNC's own.
      socket.addEventListener('close', (event) => (code = event.code));
      rfb = connection.current = new RFB(element, socket, { shared: true });
      rfb.viewOnly = !control;
      rfb.focusOnClick = takesFocus();
      rfb.scaleViewport = true;
      rfb.background = 'transparent';
      rfb.addEventListener('connect', () => {
        opened = true;
        failures = 0;
        canvas = element.querySelector('canvas');
        report({ kind: 'connected' });
        if (takesFocus()) rfb?.focus({ preventScroll: true });
      });
      rfb.addEventListener('disconnect', () => {
        rfb = null;
        if (unmounted) return;
        connection.current = null;
        keepFrame(canvas);
        canvas = null;
        const { state, retryMs } = afterClose({ control, opened, code, failures });
        report(state);
        if (retryMs === null) return;
        failures += 1;
        retry = setTimeout(connect, retryMs);
      });
    };
    report({ kind: 'connecting' });
    connect();

    return () => {
      // Ignores later events of noVNC: the next view may already be connected.
      unmounted = true;
      clearTimeout(retry);
      keepFrame(canvas);
      rfb?.disconnect();
    };
  }, [chatId, lease, control]);

  useEffect(() => {
    if (connection.current) connection.current.focusOnClick = control && !typing;
  }, [control, typing]);

  useEffect(() => {
    if (!control) return;
    const listen = (event: KeyboardEvent) => {
      if (!releasesKeyboard(event) || !host.current?.contains(document.activeElement)) return;
      event.preventDefault();
      event.stopPropagation();
      (document.activeElement as HTMLElement).blur();
      leave();
    };
    // In the capture phase, because noVNC stops the propagation of keys.
    window.addEventListener('keydown', listen, true);
    return () => window.removeEventListener('keydown', listen, true);
  }, [control]);

  // noVNC does not see the release of a key that is held while the focus leaves: it would stay down on the desktop.
  const releaseKeys = ({ target }: FocusEvent) => {
    for (const code of held.current) target.dispatchEvent(new KeyboardEvent('keyup', { code }));
    held.current.clear();
  };

  return (
    <div
      ref={host}
      onKeyDownCapture={({ code }) => held.current.add(code)}
      onKeyUpCapture={({ code }) => held.current.delete(code)}
      onBlur={releaseKeys}
      className={styles.view}
      role={control ? 'application' : 'img'}
      aria-label={control ? words.stage.screenControlled : words.stage.screen}
    />
  );
}
