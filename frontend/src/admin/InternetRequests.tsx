import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { allInternetRequestsQuery } from '../api/administration';
import { explain } from '../api/client';
import type { ListedInternetRequest } from '../api/types';
import { Field } from '../controls/Field';
import { More } from '../controls/More';
import { Notice } from '../controls/Notice';
import { useDebounced } from '../controls/useDebounced';
import { words } from '../words';
import styles from './admin.module.css';

/** What desktops asked the proxy for, the newest first. */
export function InternetRequests() {
  const [host, setHost] = useState('');
  const [refused, setRefused] = useState(false);
  const requests = useInfiniteQuery(allInternetRequestsQuery(useDebounced(host.trim()), refused));
  return (
    <>
      <div className={styles.bar}>
        <Field label={words.internet.host} type="search" value={host} onChange={(event) => setHost(event.target.value)} />
        <label className={styles.check}>
          <input type="checkbox" checked={refused} onChange={(event) => setRefused(event.target.checked)} />
          {words.internet.refusedOnly}
        </label>
      </div>
      {requests.error && <Notice>{explain(requests.error)}</Notice>}
      {requests.data?.length === 0 && <p className={styles.quiet}>{words.internet.none}</p>}
      <ul className={styles.list} aria-label={words.internet.logTitle}>
        {requests.data?.map((request) => <RequestRow key={request.id} request={request} />)}
      </ul>
      {requests.hasNextPage && (
        <More
          label={words.internet.more}
          loading={requests.isFetchingNextPage}
          onMore={() => void requests.fetchNextPage()}
        />
      )}
    </>
  );
}

function RequestRow({ request }: { request: ListedInternetRequest }) {
  const { host, port, username, created_at: at, refused } = request;
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <span>
          <span className={styles.name}>
            {host}:{port}
          </span>
          {refused && <span className={`${styles.badge} ${styles.off}`}>{words.internet.refused}</span>}
        </span>
        <span className={styles.quiet}>{[words.time.dateTime(at), username].join(' · ')}</span>
        {refused && <span className={styles.quiet}>{refused}</span>}
      </div>
    </li>
  );
}
