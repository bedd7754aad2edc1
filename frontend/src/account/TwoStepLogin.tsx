import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { secondFactorQuery } from '../api/account';
import { explain } from '../api/client';
import { Button } from '../controls/Button';
import { words } from '../words';
import styles from './AccountPage.module.css';
import { NewCodesDialog } from './NewCodesDialog';
import { TurnOffDialog } from './TurnOffDialog';
import { TurnOnDialog } from './TurnOnDialog';

/** With so few recovery codes it is time for new ones. */
const FEW_CODES = 3;

type Open = 'on' | 'off' | 'codes' | null;

/** Whether logins ask for a code besides the password. */
export function TwoStepLogin() {
  const { data: factor, error } = useQuery(secondFactorQuery);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const left = factor?.recovery_codes_left ?? 0;
  return (
    <>
      {factor && !factor.is_on && <p className={styles.empty}>{words.twoStep.off}</p>}
      {factor?.is_on && (
        <p className={styles.empty}>
          {[words.twoStep.on(words.time.day(factor.since!)), words.twoStep.left(left), left <= FEW_CODES && words.twoStep.few].filter(Boolean).join(' ')}
        </p>
      )}
      <div className={styles.actions}>
        {factor && !factor.is_on && <Button onClick={() => setOpen('on')}>{words.twoStep.turnOn}</Button>}
        {factor?.is_on && (
          <>
            <Button onClick={() => setOpen('codes')}>{words.twoStep.newCodes}</Button>
            <Button onClick={() => setOpen('off')}>{words.twoStep.turnOff}</Button>
          </>
        )}
        <p className={styles.problem} role="status">
          {error && explain(error)}
        </p>
      </div>
      {open === 'on' && <TurnOnDialog onClose={close} />}
      {open === 'off' && <TurnOffDialog onClose={close} />}
      {open === 'codes' && <NewCodesDialog onClose={close} />}
    </>
  );
}
