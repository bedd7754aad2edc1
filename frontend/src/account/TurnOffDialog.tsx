import { useTurnOffSecondFactor } from '../api/account';
import { explain } from '../api/client';
import { Dialog } from '../controls/Dialog';
import { words } from '../words';
import { ProofForm } from './ProofForm';

/** Turns two-step login off for whoever proves to have the password and the app, or a recovery code. */
export function TurnOffDialog({ onClose }: { onClose: () => void }) {
  const turnOff = useTurnOffSecondFactor();
  return (
    <Dialog open onClose={onClose} title={words.twoStep.turnOffTitle} body={words.twoStep.turnOffBody}>
      <ProofForm
        action={words.twoStep.turnOff}
        variant="danger"
        problem={turnOff.error && explain(turnOff.error)}
        pending={turnOff.isPending}
        onProof={(proof) => turnOff.mutate(proof, { onSuccess: onClose })}
        onCancel={onClose}
      />
    </Dialog>
  );
}
