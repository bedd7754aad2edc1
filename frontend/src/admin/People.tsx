import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { explain } from '../api/client';
import { peopleQuery } from '../api/people';
import { Button } from '../controls/Button';
import { Field } from '../controls/Field';
import { More } from '../controls/More';
import { Notice } from '../controls/Notice';
import { useDebounced } from '../controls/useDebounced';
import { words } from '../words';
import { CreatePersonDialog } from './CreatePersonDialog';
import { PersonRow } from './PersonRow';
import styles from './admin.module.css';

/** The accounts, with search. */
export function People() {
  const [search, setSearch] = useState('');
  const [adding, setAdding] = useState(false);
  const people = useInfiniteQuery(peopleQuery(useDebounced(search.trim())));
  return (
    <>
      <div className={styles.bar}>
        <Field label={words.admin.search} type="search" value={search} onChange={(event) => setSearch(event.target.value)} />
        <Button onClick={() => setAdding(true)}>{words.admin.add}</Button>
      </div>
      {people.error && <Notice>{explain(people.error)}</Notice>}
      {people.data?.length === 0 && <p className={styles.none}>{words.admin.noneFound}</p>}
      <ul className={styles.list}>
        {people.data?.map((person) => <PersonRow key={person.id} person={person} />)}
      </ul>
      {people.hasNextPage && (
        <More label={words.admin.more} loading={people.isFetchingNextPage} onMore={() => void people.fetchNextPage()} />
      )}
      {adding && <CreatePersonDialog onClose={() => setAdding(false)} />}
    </>
  );
}
