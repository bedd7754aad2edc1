import { useMutation } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { explain } from '../api/client';
import { releaseControl, takeControl } from '../api/desktops';
import type { Desktop } from '../api/types';
import { words } from '../words';
import type { VncState } from './vncState';

/** `asked`: on its way; `held`: this window's mouse and keyboard count. */
export type Holding = 'none' | 'asked' | 'held';

/** This window's control of the desktop. `onNote` is told in words why it was not given, or was lost. */
export function useControl(chatId: string, desktop: Desktop | undefined, onNote: (note: string) => void) {
  const [wanted, setWanted] = useState<Holding>('none');
  /** The latest lease, also after it was given back: until the server says so, it is still ours. */
  const [lease, setLease] = useState<string | null>(null);
  const holding = desktop?.state === 'ready' ? wanted : 'none';

  const { mutate: take } = useMutation({
    mutationFn: () => takeControl(chatId),
    onMutate: () => setWanted('asked'),
    onSuccess: ({ id }) => setLease(id),
    onError: (error) => {
      setWanted('none');
      onNote(explain(error));
    },
  });
  const handBack = () => {
    if (wanted !== 'none' && lease) releaseControl(chatId, lease);
    setWanted('none');
  };
  const onVnc = (state: VncState) => {
    if (wanted === 'none') return;
    switch (state.kind) {
      case 'connected':
        setWanted((now) => (now === 'none' || lease === null ? now : 'held'));
        break;
      case 'taken':
        setWanted('none');
        onNote(desktop?.control && desktop.control.id !== lease ? words.stage.controlMoved : words.stage.controlLost);
        break;
      case 'refused':
        setWanted('none');
        onNote(words.stage.controlLost);
        break;
      case 'lost':
        setWanted('asked');
        break;
      default:
    }
  };

  const leave = useEffectEvent(handBack);
  useEffect(() => {
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, []);

  return {
    holding,
    /** What the live view shows with its input. */
    lease: holding === 'none' ? null : lease,
    /** Whether another window has control. While it is asked for, the server may tell of our own lease before its answer comes. */
    elsewhere: wanted === 'none' && Boolean(desktop?.control) && desktop?.control?.id !== lease,
    take: () => take(),
    handBack,
    onVnc,
  };
}
