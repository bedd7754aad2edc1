import { Link } from '@tanstack/react-router';
import { words } from '../words';
import styles from './Page.module.css';

/** For unknown addresses and unknown chats. */
export function NotFoundPage() {
  return (
    <main className={styles.page}>
      <h1>{words.chats.notFoundTitle}</h1>
      <p>{words.chats.notFoundBody}</p>
      <Link to="/">{words.chats.new}</Link>
    </main>
  );
}
