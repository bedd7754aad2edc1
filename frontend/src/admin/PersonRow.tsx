import { useSuspenseQuery } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { explain } from '../api/client';
import { useChangePerson } from '../api/people';
import { meQuery } from '../api/session';
import type { User } from '../api/types';
import { IconButton } from '../controls/Button';
import { Menu, MenuItem, MenuLine } from '../controls/Menu';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import { DeletePersonDialog } from './DeletePersonDialog';
import { PasswordLinkDialog } from './PasswordLinkDialog';
import { PersonLimitsDialog } from './PersonLimitsDialog';
import { ResetTwoStepDialog } from './ResetTwoStepDialog';
import styles from './admin.module.css';

type Open = 'delete' | 'link' | 'limits' | 'two-step' | null;

/** An account, and what can be done with it. */
export function PersonRow({ person }: { person: User }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const change = useChangePerson(person.id);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const name = `${person.first_name} ${person.last_name}`.trim();
  const disabled = !!person.disabled_at;
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <span className={styles.name}>
          {person.username}
          {person.id === me.id && <span className={styles.quiet}> ({words.admin.you})</span>}
          {person.is_superuser && <span className={styles.badge}>{words.admin.adminBadge}</span>}
          {disabled && <span className={`${styles.badge} ${styles.off}`}>{words.admin.disabledBadge}</span>}
        </span>
        <span className={styles.quiet}>{[name, person.email].filter(Boolean).join(' · ')}</span>
        {change.error && <Notice>{explain(change.error)}</Notice>}
      </div>
      <Menu
        trigger={
          <IconButton label={words.admin.actions(person.username)}>
            <Ellipsis size={16} />
          </IconButton>
        }
      >
        <MenuItem onSelect={() => change.mutate({ disabled: !disabled })}>
          {disabled ? words.admin.enable : words.admin.disable}
        </MenuItem>
        <MenuItem onSelect={() => change.mutate({ role: person.is_superuser ? 'user' : 'superuser' })}>
          {person.is_superuser ? words.admin.removeAdmin : words.admin.makeAdmin}
        </MenuItem>
        <MenuItem onSelect={() => setOpen('link')}>{words.admin.passwordLink}</MenuItem>
        {person.id !== me.id && <MenuItem onSelect={() => setOpen('two-step')}>{words.twoStep.reset}</MenuItem>}
        <MenuItem onSelect={() => setOpen('limits')}>{words.admin.limits}</MenuItem>
        <MenuLine />
        <MenuItem danger onSelect={() => setOpen('delete')}>
          {words.admin.remove}
        </MenuItem>
      </Menu>
      {open === 'delete' && <DeletePersonDialog person={person} onClose={close} />}
      {open === 'link' && <PasswordLinkDialog person={person} onClose={close} />}
      {open === 'two-step' && <ResetTwoStepDialog person={person} onClose={close} />}
      {open === 'limits' && <PersonLimitsDialog person={person} onClose={close} />}
    </li>
  );
}
