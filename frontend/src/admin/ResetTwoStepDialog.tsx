import { explain } from '../api/client';
import { useResetSecondFactor } from '../api/people';
import type { User } from '../api/types';
import { Button } from '../controls/Button';
import { Dialog, DialogActions } from '../controls/Dialog';
import { Notice } from '../controls/Notice';
import { words } from '../words';

/** Turns two-step login off for somebody who has lost their app. */
export function ResetTwoStepDialog({ person, onClose }: { person: User; onClose: () => void }) {
  const reset = useResetSecondFactor(person.id);
  return (
    <Dialog open onClose={onClose} title={words.twoStep.resetTitle(person.username)} body={words.twoStep.resetBody}>
      {reset.error && <Notice>{explain(reset.error)}</Notice>}
      <DialogActions>
        <Button onClick={onClose}>{words.twoStep.cancel}</Button>
        <Button variant="danger" onClick={() => reset.mutate(undefined, { onSuccess: onClose })} disabled={reset.isPending}>
          {words.twoStep.resetButton}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
