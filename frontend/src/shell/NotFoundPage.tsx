import { Link } from '@tanstack/react-router';
import { words } from '../words';
import { Main } from './Main';
import styles from './Page.module.css';

/** The page in place of something that is not there. */
export function NotFoundPage({ title, body }: { title: string; body: string }) {
  return (
    <Main className={styles.page}>
      <h1>{title}</h1>
      <p>{body}</p>
      <Link to="/">{words.chats.new}</Link>
    </Main>
  );
}
