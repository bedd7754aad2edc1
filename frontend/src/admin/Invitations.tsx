import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '../api/client';
import { invitationsQuery, siteSettingsQuery, useDeleteInvitation } from '../api/people';
import type { Invitation } from '../api/types';
import { Button } from '../controls/Button';
import { More } from '../controls/More';
import { Notice } from '../controls/Notice';
import { useNow } from '../controls/useNow';
import { words } from '../words';
import { InviteDialog } from './InviteDialog';
import styles from './admin.module.css';

/** The invitations. */
export function Invitations() {
  const settings = useQuery(siteSettingsQuery);
  const invitations = useInfiniteQuery(invitationsQuery);
  const [inviting, setInviting] = useState(false);
  return (
    <>
      {settings.data?.registration.value === 'closed' && <p className={styles.quiet}>{words.admin.invitationsOff}</p>}
      <div className={styles.start}>
        <Button onClick={() => setInviting(true)}>{words.admin.invite}</Button>
      </div>
      {invitations.error && <Notice>{explain(invitations.error)}</Notice>}
      {invitations.data?.length === 0 && <p className={styles.none}>{words.admin.noInvitations}</p>}
      <ul className={styles.list}>
        {invitations.data?.map((invitation) => <InvitationRow key={invitation.id} invitation={invitation} />)}
      </ul>
      {invitations.hasNextPage && (
        <More
          label={words.admin.more}
          loading={invitations.isFetchingNextPage}
          onMore={() => void invitations.fetchNextPage()}
        />
      )}
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

function InvitationRow({ invitation }: { invitation: Invitation }) {
  const remove = useDeleteInvitation(invitation.id);
  const now = useNow(60_000);
  const { email, role, uses, used, expires_at: expires } = invitation;
  const whom = email ?? words.admin.anybody;
  const until = Date.parse(expires) > now ? words.admin.expiresOn : words.admin.expiredOn;
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <span className={styles.name}>
          {whom}
          {role === 'superuser' && <span className={styles.badge}>{words.admin.adminBadge}</span>}
        </span>
        <span className={styles.quiet}>
          {words.admin.used(used, uses)} · {until(words.time.dateTime(expires))}
        </span>
        {remove.error && <Notice>{explain(remove.error)}</Notice>}
      </div>
      <Button size="small" aria-label={words.admin.withdrawLabel(whom)} disabled={remove.isPending} onClick={() => remove.mutate()}>
        {words.admin.withdraw}
      </Button>
    </li>
  );
}
