import { Menu as MenuIcon } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import { IconButton } from '../controls/Button';
import { words } from '../words';
import { useShell } from './commands';
import { Main, MAIN_ID } from './Main';
import { useMediaQuery, WIDE } from './useMediaQuery';
import styles from './SectionPage.module.css';

/** A page of sections, one below the other. */
export function SectionPage({ title, children }: { title: string; children: ReactNode }) {
  const wide = useMediaQuery(WIDE);
  const { openSidebar } = useShell();
  useEffect(() => {
    document.title = `${title} · ${words.product}`;
    return () => void (document.title = words.product);
  }, [title]);
  // Away from the menu that led here.
  useEffect(() => document.getElementById(MAIN_ID)?.focus(), []);
  return (
    <Main className={styles.page}>
      <header className={styles.header}>
        {!wide && (
          <IconButton label={words.shell.openSidebar} onClick={openSidebar}>
            <MenuIcon size={18} />
          </IconButton>
        )}
        <h1>{title}</h1>
      </header>
      {children}
    </Main>
  );
}

/** A description at the left, its form at the right. */
export function Section({ title, body, children }: { title: string; body?: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.about}>
        <h2>{title}</h2>
        {body && <p>{body}</p>}
      </div>
      <div>{children}</div>
    </section>
  );
}
