import { useNewRecoveryCodes } from '../api/account';
import { explain } from '../api/client';
import { Dialog } from '../controls/Dialog';
import { words } from '../words';
import { ProofForm } from './ProofForm';
import { RecoveryCodes } from './RecoveryCodes';

/** Makes new recovery codes, and then shows them once. */
export function NewCodesDialog({ onClose }: { onClose: () => void }) {
  const renew = useNewRecoveryCodes();
  if (renew.data) {
    return (
      <Dialog open onClose={onClose} title={words.twoStep.codesTitle} body={words.twoStep.codesBody}>
        <RecoveryCodes codes={renew.data.codes} onSaved={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={words.twoStep.newCodesTitle} body={words.twoStep.newCodesBody}>
      <ProofForm
        action={words.twoStep.newCodes}
        variant="accent"
        problem={renew.error && explain(renew.error)}
        pending={renew.isPending}
        onProof={(proof) => renew.mutate(proof)}
        onCancel={onClose}
      />
    </Dialog>
  );
}
