import { useState } from 'react';
import { useCancelAnyRun } from '../api/administration';
import { explain } from '../api/client';
import type { ListedRun } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './admin.module.css';

/** A run of anybody, which can be cancelled until it has ended. */
export function RunRow({ run }: { run: ListedRun }) {
  const [cancelling, setCancelling] = useState(false);
  const { username, state, message } = run;
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <span className={styles.name}>{username}</span>
        <span className={styles.quiet}>{[words.runs.states[state], timesOf(run)].join(' · ')}</span>
        {message && <span className={styles.quiet}>{message}</span>}
      </div>
      {!run.finished_at && (
        <Button size="small" aria-label={words.runs.cancelLabel(username)} onClick={() => setCancelling(true)}>
          {words.runs.cancel}
        </Button>
      )}
      {cancelling && <CancelDialog run={run} onClose={() => setCancelling(false)} />}
    </li>
  );
}

function timesOf({ created_at: created, started_at: started, finished_at: finished }: ListedRun): string {
  const begun = started ?? created;
  if (!finished) return words.runs.since(words.time.dateTime(begun));
  return words.runs.at(words.time.dateTime(begun), words.time.ms(Date.parse(finished) - Date.parse(begun)));
}

function CancelDialog({ run, onClose }: { run: ListedRun; onClose: () => void }) {
  const cancel = useCancelAnyRun(run.id);
  return (
    <Dialog open onClose={onClose} title={words.runs.cancelTitle(run.username)} body={words.runs.cancelBody}>
      {cancel.error && <Notice>{explain(cancel.error)}</Notice>}
      <DialogActions>
        <Button onClick={onClose}>{words.runs.back}</Button>
        <Button variant="danger" onClick={() => cancel.mutate(undefined, { onSuccess: onClose })} disabled={cancel.isPending}>
          {words.runs.cancel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
