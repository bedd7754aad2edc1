import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { explain } from '../api/client';
import { releaseControl, takeControl } from '../api/desktops';
import type { Desktop } from '../api/types';
import { words } from '../words';
import type { VncState } from './vncState';

/** `requested`: the lease or the connection is missing; `held`: input from this window reaches the desktop. */
export type ControlState = 'none' | 'requested' | 'held';

const NOTE_MS = 4000;

/** Why control was refused, or that it was lost. */
type Note = { kind: 'refused'; reason: string } | { kind: 'lost' };

/** This window's control of the desktop. */
export function useControl(chatId: string, desktop: Desktop | undefined) {
  const [control, setControl] = useState<ControlState>('none');
  const [note, setNote] = useState<Note | null>(null);
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
      setNote({ kind: 'refused', reason: explain(error) });
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
      case 'refused':
        setControl('none');
        setNote({ kind: 'lost' });
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

  useEffect(() => {
    if (!note) return;
    const timer = setTimeout(() => setNote(null), NOTE_MS);
    return () => clearTimeout(timer);
  }, [note]);

  const leave = useEffectEvent(handBack);
  useEffect(() => {
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, []);

  // While a request is open, the reported lease may be our own.
  const elsewhere = control === 'none' && Boolean(desktop?.control) && desktop?.control?.id !== lease;
  return {
    controlState,
    /** The lease for the live view, with which it accepts input. */
    lease: controlState !== 'none' && granted ? lease : null,
    /** Whether another window has control. */
    elsewhere,
    /** Tells the person for a moment that control was refused or lost. */
    note: note && textOf(note, elsewhere),
    take: () => {
      setNote(null);
      take();
    },
    handBack,
    onVnc,
  };
}

/** The connection may end before the desktop's state tells who has control now, so the text follows that state. */
function textOf(note: Note, elsewhere: boolean): string {
  if (note.kind === 'refused') return note.reason;
  return elsewhere ? words.stage.controlMoved : words.stage.controlLost;
}
