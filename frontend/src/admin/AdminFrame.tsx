import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { SectionPage } from '../shell/SectionPage';
import { words } from '../words';
import styles from './AdminFrame.module.css';

const pages = () =>
  [
    { to: '/admin', label: words.usage.general },
    { to: '/admin/desktops', label: words.desktops.title },
    { to: '/admin/runs', label: words.runs.title },
    { to: '/admin/usage', label: words.usage.title },
    { to: '/admin/internet', label: words.internet.title },
    { to: '/admin/retention', label: words.retention.title },
  ] as const;

/** A page of the administration, with links to the others. */
export function AdminFrame({ children }: { children: ReactNode }) {
  return (
    <SectionPage title={words.admin.title}>
      <nav className={styles.pages} aria-label={words.usage.pages}>
        {pages().map(({ to, label }) => (
          <Link key={to} to={to} activeOptions={{ exact: true }}>
            {label}
          </Link>
        ))}
      </nav>
      {children}
    </SectionPage>
  );
}
