import { Link } from '@tanstack/react-router';
import { words } from '../words';
import styles from './Page.module.css';

/** The page in place of something that is not there. */
export function NotFoundPage({ title, body }: { title: string; body: string }) {
  return (
    <main className={styles.page}>
      <h1>{title}</h1>
      <p>{body}</p>
      <Link to="/">{words.chats.new}</Link>
    </main>
  );
}
