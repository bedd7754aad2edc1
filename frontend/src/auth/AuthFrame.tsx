import type { ReactNode } from 'react';
import { Brand } from '../controls/Brand';
import { Notice } from '../controls/Notice';
import { LanguageChoice } from '../locale/LanguageChoice';
import { words } from '../words';
import styles from './auth.module.css';

/** The page around the login and setup forms. */
export function AuthFrame({ title, intro, wide, children }: { title: string; intro?: string; wide?: boolean; children: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={`${styles.panel} ${wide ? styles.wide : ''}`}>
        <div className={styles.brand}>
          <Brand size={32} />
          {words.product}
        </div>
        <section className={styles.card} aria-labelledby="auth-title">
          <h1 id="auth-title" className={styles.title}>
            {title}
          </h1>
          {intro && <p className={styles.intro}>{intro}</p>}
          {/* Of plain HTTP, browsers trust this machine only. */}
          {window.isSecureContext === false && <Notice variant="attention">{words.auth.unencrypted}</Notice>}
          {children}
        </section>
        <LanguageChoice />
      </div>
    </main>
  );
}
