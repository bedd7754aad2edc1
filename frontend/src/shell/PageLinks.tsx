import { Link } from '@tanstack/react-router';
import type { PagePath } from '../controls/pages';
import styles from './PageLinks.module.css';

interface Props {
  label: string;
  pages: readonly { to: PagePath; label: string }[];
}

/** Links to the pages of an area, of which this is one. */
export function PageLinks({ label, pages }: Props) {
  return (
    <nav className={styles.pages} aria-label={label}>
      {pages.map((page) => (
        <Link key={page.to} to={page.to} activeOptions={{ exact: true }}>
          {page.label}
        </Link>
      ))}
    </nav>
  );
}
