import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { explain } from '../api/client';
import { releaseControl, takeControl } from '../api/desktops';
import type { Desktop } from '../api/types';
import { words } from '../words';
import type { VncState } from './vncState';

/** `requested`: the lease or the connection is missing; `held`: input from this window reaches the desktop. */
export type ControlState = 'none' | 'requested' | 'held';

/** This window's control of the desktop. `onNote` gets a text for the person when it is refused or lost. */
export function useControl(chatId: string, desktop: Desktop | undefined, onNote: (note: string) => void) {
  const [control, setControl] = useState<ControlState>('none');
  /** The latest lease. It is kept after it was given back, because the server reports it for a moment longer. */
  const [lease, setLease] = useState<string | null>(null);
  /** Whether the latest lease is for the control that was last asked for. While the answer is missing it is an old one. */
  const [granted, setGranted] = useState(false);
  const controlState = desktop?.state === 'ready' ? control : 'none';

  const { mutate: take } = useMutation({
    mutationFn: () => takeControl(chatId),
    onMutate: () => {
      setControl('requested');
      setGranted(false);
    },
    onSuccess: ({ id }) => {
      setLease(id);
      setGranted(true);
    },
    onError: (error) => {
      setControl('none');
      onNote(explain(error));
    },
  });
  const handBack = () => {
    if (control !== 'none' && granted && lease) releaseControl(chatId, lease);
    setControl('none');
  };
  const onVnc = (state: VncState) => {
    if (control === 'none') return;
    switch (state.kind) {
      case 'connected':
        setControl((now) => (now === 'none' || !granted ? now : 'held'));
        break;
      case 'taken':
        setControl('none');
        onNote(desktop?.control && desktop.control.id !== lease ? words.stage.controlMoved : words.stage.controlLost);
        break;
      case 'refused':
        setControl('none');
        onNote(words.stage.controlLost);
        break;
      case 'lost':
        setControl('requested');
        break;
      default:
    }
  };

  const controlled = controlState !== 'none';
  useEffect(() => {
    if (!controlled) return;
    // Ctrl+W may be meant for the desktop. The browser asks before it leaves the page.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [controlled]);

  const leave = useEffectEvent(handBack);
  useEffect(() => {
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, []);

  return {
    controlState,
    /** The lease for the live view, with which it accepts input. */
    lease: controlState !== 'none' && granted ? lease : null,
    /** Whether another window has control. While a request is open, the reported lease may be our own. */
    elsewhere: control === 'none' && Boolean(desktop?.control) && desktop?.control?.id !== lease,
    take: () => take(),
    handBack,
    onVnc,
  };
}
