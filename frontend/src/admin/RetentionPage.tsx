import { useQuery } from '@tanstack/react-query';
import { retentionQuery } from '../api/administration';
import { explain } from '../api/client';
import type { RetentionView } from '../api/types';
import { Notice } from '../controls/Notice';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { AdminFrame } from './AdminFrame';
import { RetentionForm } from './RetentionForm';
import styles from './admin.module.css';

/** How long things are kept, and what is deleted when. For superusers. */
export function RetentionPage() {
  const retention = useQuery(retentionQuery);
  const { next_at: nextAt, due, sweeps } = retention.data ?? {};
  return (
    <AdminFrame>
      <Section title={words.retention.periodsTitle} body={words.retention.periodsBody}>
        <RetentionForm />
      </Section>
      <Section title={words.retention.nextTitle}>
        {retention.error && <Notice>{explain(retention.error)}</Notice>}
        {nextAt && due && <p>{words.retention.next(words.time.dateTime(nextAt), amounts(due))}</p>}
      </Section>
      <Section title={words.retention.sweepsTitle}>
        {sweeps?.length === 0 && <p className={styles.quiet}>{words.retention.noSweeps}</p>}
        <ul className={styles.list} aria-label={words.retention.sweepsTitle}>
          {sweeps?.map(({ day, finished_at: finished, ...deleted }) => (
            <li key={day} className={styles.row}>
              <div className={styles.who}>
                <span className={styles.name}>{finished ? words.time.dateTime(finished) : words.retention.underWay}</span>
                <span className={styles.quiet}>{amounts(deleted)}</span>
              </div>
            </li>
          ))}
        </ul>
      </Section>
    </AdminFrame>
  );
}

function amounts({ chats, audit_entries: entries, internet_requests: requests }: RetentionView['due']): string {
  const parts = [
    chats > 0 && words.retention.chats(chats),
    entries > 0 && words.retention.auditEntries(entries),
    requests > 0 && words.retention.internetRequests(requests),
  ];
  return parts.filter(Boolean).join(', ') || words.retention.nothing;
}
