import { useInfiniteQuery } from '@tanstack/react-query';
import { describeClient } from '../account/describeClient';
import { auditQuery } from '../api/people';
import { explain } from '../api/client';
import type { AuditEntry } from '../api/types';
import { More } from '../controls/More';
import { Notice } from '../controls/Notice';
import { words } from '../words';
import styles from './admin.module.css';

/** Who did what, the newest first. */
export function AuditLog() {
  const entries = useInfiniteQuery(auditQuery);
  return (
    <>
      {entries.error && <Notice>{explain(entries.error)}</Notice>}
      <ul className={styles.list} aria-label={words.audit.title}>
        {entries.data?.map((entry) => <AuditRow key={entry.id} entry={entry} />)}
      </ul>
      {entries.hasNextPage && (
        <More label={words.admin.more} loading={entries.isFetchingNextPage} onMore={() => void entries.fetchNextPage()} />
      )}
    </>
  );
}

function AuditRow({ entry }: { entry: AuditEntry }) {
  const { actor_name: actor, action, object, at, address, client, detail } = entry;
  const more = Object.entries(detail as Record<string, unknown>).map(([name, value]) => `${name}: ${shown(value)}`);
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <span>
          <span className={styles.name}>{actor ?? words.audit.nobody}</span> {words.audit.actions[action]}
          {object && (
            <>
              {': '}
              <span className={styles.name}>{object}</span>
            </>
          )}
        </span>
        <span className={styles.quiet} title={client ?? undefined}>
          {[words.time.dateTime(at), address, client && describeClient(client)].filter(Boolean).join(' · ')}
        </span>
        {more.length > 0 && <span className={styles.quiet}>{more.join(', ')}</span>}
      </div>
    </li>
  );
}

/** A change as “from → to”, anything else as it is. */
function shown(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('from' in value && 'to' in value) return `${JSON.stringify(value.from)} → ${JSON.stringify(value.to)}`;
  return JSON.stringify(value);
}
