import { explain } from '../api/client';
import { Button } from '../controls/Button';
import { words } from '../words';
import { Main } from './Main';
import styles from './Page.module.css';

export function ErrorPage({ error }: { error: unknown }) {
  return (
    <Main className={styles.page} role="alert">
      <h1>{words.errors.title}</h1>
      <p>{explain(error)}</p>
      <Button variant="accent" onClick={() => window.location.reload()}>
        {words.errors.reload}
      </Button>
    </Main>
  );
}
