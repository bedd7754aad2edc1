import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { chatsQuery } from '../api/chats';
import { explain } from '../api/client';
import { Delayed } from '../controls/Delayed';
import { More } from '../controls/More';
import { useDebounced } from '../controls/useDebounced';
import { words } from '../words';
import { ChatRow } from './ChatRow';
import { groupByDay } from './groupByDay';
import styles from './ChatList.module.css';

export function ChatList({ onOpen }: { onOpen?: () => void }) {
  const [wanted, setWanted] = useState('');
  const chats = useInfiniteQuery({ ...chatsQuery(useDebounced(wanted.trim())), placeholderData: keepPreviousData });
  const found = chats.data ?? [];
  return (
    <>
      <label className={styles.search}>
        <Search size={14} aria-hidden />
        <input
          type="search"
          placeholder={words.chats.search}
          aria-label={words.chats.search}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
      </label>
      <nav className={styles.list} aria-label={words.chats.label}>
        {chats.isPending && (
          <Delayed>
            <div className={styles.skeleton} aria-label={words.shell.loading} role="status" />
          </Delayed>
        )}
        {chats.error && !chats.data && <p className={styles.empty}>{explain(chats.error)}</p>}
        {chats.data && found.length === 0 && (
          <p className={styles.empty}>{wanted ? words.chats.noMatch : words.chats.none}</p>
        )}
        {groupByDay(found, new Date()).map((group) => (
          <section key={group.label} aria-label={group.label}>
            <h2 className={styles.day}>{group.label}</h2>
            <ul>
              {group.chats.map((chat) => (
                <ChatRow key={chat.id} chat={chat} onOpen={onOpen} />
              ))}
            </ul>
          </section>
        ))}
        {chats.hasNextPage && (
          <More label={words.chats.older} loading={chats.isFetchingNextPage} onMore={() => void chats.fetchNextPage()} />
        )}
      </nav>
    </>
  );
}
