import { useInfiniteQuery } from '@tanstack/react-query';
import { explain } from '../api/client';
import { runningDesktopsQuery } from '../api/desktopAdministration';
import { More } from '../controls/More';
import { Notice } from '../controls/Notice';
import { Section } from '../shell/SectionPage';
import { words } from '../words';
import { AdminFrame } from './AdminFrame';
import { DesktopRow } from './DesktopRow';
import styles from './desktops.module.css';

/** The desktops of everybody. For superusers. */
export function DesktopsPage() {
  const desktops = useInfiniteQuery(runningDesktopsQuery);
  return (
    <AdminFrame>
      <Section title={words.desktops.runningTitle} body={words.desktops.runningBody}>
        {desktops.error && <Notice>{explain(desktops.error)}</Notice>}
        {desktops.data?.length === 0 && <p className={styles.quiet}>{words.desktops.none}</p>}
        <ul className={styles.list} aria-label={words.desktops.runningTitle}>
          {desktops.data?.map((desktop) => <DesktopRow key={desktop.id} desktop={desktop} readAt={desktops.dataUpdatedAt} />)}
        </ul>
        {desktops.hasNextPage && (
          <More label={words.desktops.more} loading={desktops.isFetchingNextPage} onMore={() => void desktops.fetchNextPage()} />
        )}
      </Section>
    </AdminFrame>
  );
}
