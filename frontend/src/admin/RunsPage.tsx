import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { allRunsQuery, type RunFilter } from '../api/administration';
import { explain } from '../api/client';
import { More } from '../controls/More';
import { Notice } from '../controls/Notice';
import { Select } from '../controls/Select';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { AdminFrame } from './AdminFrame';
import { RunRow } from './RunRow';
import styles from './admin.module.css';

/** The runs of everybody. For superusers. */
export function RunsPage() {
  const [filter, setFilter] = useState<RunFilter>('unfinished');
  const runs = useInfiniteQuery(allRunsQuery(filter));
  const filters = Object.entries(words.runs.filters).map(([value, label]) => ({ value, label }));
  return (
    <AdminFrame>
      <Section title={words.runs.listTitle} body={words.runs.listBody}>
        <div className={styles.bar}>
          <Select label={words.runs.filter} choices={filters} chosen={filter} onChoose={(value) => setFilter(value as RunFilter)} />
        </div>
        {runs.error && <Notice>{explain(runs.error)}</Notice>}
        {runs.data?.length === 0 && <p className={styles.quiet}>{words.runs.none}</p>}
        <ul className={styles.list} aria-label={words.runs.listTitle}>
          {runs.data?.map((run) => <RunRow key={run.id} run={run} />)}
        </ul>
        {runs.hasNextPage && (
          <More label={words.runs.more} loading={runs.isFetchingNextPage} onMore={() => void runs.fetchNextPage()} />
        )}
      </Section>
    </AdminFrame>
  );
}
