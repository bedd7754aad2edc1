import { useEffect, useRef } from 'react';
import { explain } from '../api/client';
import { useNewChat } from '../chats/useNewChat';
import { Button } from '../controls/Button';
import { Delayed } from '../controls/Delayed';
import { words } from '../words';
import { Main } from './Main';
import styles from './Page.module.css';

/** Opens an empty chat, so that its desktop starts before the first message. */
export function HomePage() {
  const { mutate, error } = useNewChat();
  const started = useRef(false);
  useEffect(() => {
    if (started.current) return;
    started.current = true;
    mutate();
  }, [mutate]);

  if (!error) {
    return (
      <Main className={styles.page}>
        <Delayed>
          <p role="status">{words.shell.loading}</p>
        </Delayed>
      </Main>
    );
  }
  return (
    <Main className={styles.page} role="alert">
      <h1>{words.errors.title}</h1>
      <p>{explain(error)}</p>
      <Button variant="accent" onClick={() => mutate()}>
        {words.errors.retry}
      </Button>
    </Main>
  );
}
