import { useState } from 'react';
import { explain } from '../api/client';
import { thumbnailUrl, useStopDesktop } from '../api/desktopAdministration';
import type { RunningDesktop } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './desktops.module.css';

/** A running desktop with a picture of its screen, read again whenever the list is. */
export function DesktopRow({ desktop, readAt }: { desktop: RunningDesktop; readAt: number }) {
  const [stopping, setStopping] = useState(false);
  const { username, state, since, memory_bytes: memory, processor_share: share, home_bytes: home } = desktop;
  const facts = [
    typeof memory === 'number' && words.desktops.memory(words.bytes(memory)),
    typeof share === 'number' && words.desktops.processor(share),
    home > 0 && words.desktops.home(words.bytes(home)),
  ];
  return (
    <li className={styles.row}>
      <Thumbnail desktop={desktop} readAt={readAt} />
      <div className={styles.about}>
        <span className={styles.name}>{username}</span>
        <span className={styles.quiet}>
          {words.desktops.since(words.desktops.states[state], words.time.dateTime(since))}
        </span>
        <span className={styles.quiet}>{facts.filter(Boolean).join(' · ')}</span>
      </div>
      <Button size="small" aria-label={words.desktops.stopLabel(username)} onClick={() => setStopping(true)}>
        {words.desktops.stop}
      </Button>
      {stopping && <StopDialog desktop={desktop} onClose={() => setStopping(false)} />}
    </li>
  );
}

function Thumbnail({ desktop, readAt }: { desktop: RunningDesktop; readAt: number }) {
  // The picture that could not be had, so that the next one is tried.
  const [failedAt, setFailedAt] = useState<number>();
  if (desktop.state !== 'ready' || failedAt === readAt) return <div className={styles.screen}>{words.desktops.noScreen}</div>;
  return (
    <img
      className={styles.screen}
      src={thumbnailUrl(desktop.id, readAt)}
      alt={words.desktops.screenOf(desktop.username)}
      loading="lazy"
      onError={() => setFailedAt(readAt)}
    />
  );
}

function StopDialog({ desktop, onClose }: { desktop: RunningDesktop; onClose: () => void }) {
  const stop = useStopDesktop(desktop.id);
  return (
    <Dialog open onClose={onClose} title={words.desktops.stopTitle(desktop.username)} body={words.desktops.stopBody}>
      {stop.error && <Notice>{explain(stop.error)}</Notice>}
      <DialogActions>
        <Button onClick={onClose}>{words.desktops.cancel}</Button>
        <Button variant="danger" onClick={() => stop.mutate(undefined, { onSuccess: onClose })} disabled={stop.isPending}>
          {words.desktops.stop}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
