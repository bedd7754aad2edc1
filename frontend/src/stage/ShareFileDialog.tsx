import { useState } from 'react';
import { explain } from '../api/client';
import { useCreateLink, useEndLinks } from '../api/files';
import type { StoredFile } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { OneTimeLink } from '../controls/OneTimeLink';
import { Select } from '../controls/Select';
import { words } from '../words';
import styles from './FilesPanel.module.css';

const USUAL_SECONDS = '86400';
const durations = () => Object.entries(words.share.durations).map(([value, label]) => ({ value, label }));

/** Makes a link by which anybody can download a file, and ends those that were made. */
export function ShareFileDialog({ file, onClose }: { file: StoredFile; onClose: () => void }) {
  const [seconds, setSeconds] = useState(USUAL_SECONDS);
  const create = useCreateLink(file.id);
  const end = useEndLinks(file.id);
  const error = create.error ?? end.error;
  return (
    <Dialog open onClose={onClose} title={words.share.title(file.name)} body={words.share.body}>
      {error && <Notice>{explain(error)}</Notice>}
      {create.data ? (
        <OneTimeLink url={create.data.url} note={words.share.until(words.time.dateTime(create.data.expires_at))} />
      ) : (
        <div className={styles.share}>
          <Select label={words.share.validFor} choices={durations()} chosen={seconds} onChoose={(chosen) => chosen && setSeconds(chosen)} />
          <p role="status" className={styles.hint}>
            {end.isSuccess ? words.share.ended : ''}
          </p>
          <DialogActions>
            <Button onClick={() => end.mutate()} disabled={end.isPending}>
              {words.share.end}
            </Button>
            <Button variant="accent" onClick={() => create.mutate(Number(seconds))} disabled={create.isPending}>
              {words.share.create}
            </Button>
          </DialogActions>
        </div>
      )}
    </Dialog>
  );
}
