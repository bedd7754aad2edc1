import * as Drawer from '@radix-ui/react-dialog';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState, type MouseEvent } from 'react';
import { explain } from '../api/client';
import { meQuery } from '../api/session';
import { useLogout } from '../auth/session';
import { useNewChat } from '../chats/useNewChat';
import { useTellLocale } from '../locale/useTellLocale';
import { words } from '../words';
import { ShellContext } from './commands';
import { MAIN_ID } from './Main';
import { Palette, type PaletteAction } from './Palette';
import { useShortcuts, type Shortcut } from './shortcuts';
import { ShortcutsDialog } from './ShortcutsDialog';
import { Sidebar } from './Sidebar';
import { setTheme } from './theme';
import { useMediaQuery, WIDE } from './useMediaQuery';
import { useRemembered } from './useRemembered';
import styles from './Shell.module.css';

/** How long a failure of a command is told. */
const PROBLEM_MS = 6000;

type Floating = 'palette' | 'keys' | 'drawer' | null;

/** Skips to the message field, or to the content of a page without one. */
function skip(event: MouseEvent) {
  event.preventDefault();
  (document.getElementById('composer') ?? document.getElementById(MAIN_ID))?.focus();
}

/** The layout of every page behind the login: the sidebar with the page beside it. */
export function Shell() {
  useTellLocale();
  const wide = useMediaQuery(WIDE);
  const roomy = useMediaQuery('(min-width: 1280px)');
  const [collapsedChoice, setCollapsed] = useRemembered<boolean | null>('deskhand.rail-folded', null);
  const [floating, setFloating] = useState<Floating>(null);
  const newChat = useNewChat();
  const logout = useLogout();
  const navigate = useNavigate();
  const { data: me } = useSuspenseQuery(meQuery);
  // By default the sidebar is collapsed where the stage needs the room.
  const collapsed = collapsedChoice ?? !roomy;
  const close = () => setFloating(null);
  const problem = newChat.error ?? logout.error;
  const forget = useEffectEvent(() => {
    newChat.reset();
    logout.reset();
  });
  useEffect(() => {
    if (!problem) return;
    const timer = setTimeout(forget, PROBLEM_MS);
    return () => clearTimeout(timer);
  }, [problem]);

  const commands = {
    newChat: () => {
      close();
      newChat.mutate();
    },
    openSidebar: () => setFloating('drawer'),
    openPalette: () => setFloating('palette'),
  };
  const toggleSidebar = () => (wide ? setCollapsed(!collapsed) : setFloating(floating === 'drawer' ? null : 'drawer'));

  const actions: PaletteAction[] = [
    { label: words.chats.new, run: commands.newChat },
    { label: collapsed ? words.shell.expandSidebar : words.shell.collapseSidebar, run: toggleSidebar },
    ...(['system', 'light', 'dark'] as const).map((theme) => ({
      label: `${words.shell.theme}: ${words.shell.themes[theme]}`,
      run: () => setTheme(theme),
    })),
    { label: words.settings.title, run: () => void navigate({ to: '/settings' }) },
    ...(me.is_superuser ? [{ label: words.admin.title, run: () => void navigate({ to: '/admin' }) }] : []),
    { label: words.shortcuts.title, run: () => setFloating('keys') },
    { label: words.auth.logout, run: () => logout.mutate() },
  ];
  const shortcuts: Record<Shortcut, () => void> = {
    palette: commands.openPalette,
    newChat: commands.newChat,
    sidebar: toggleSidebar,
    shortcuts: () => setFloating('keys'),
  };
  useShortcuts((shortcut) => shortcuts[shortcut]());

  const sidebar = {
    onNewChat: commands.newChat,
    onSearch: commands.openPalette,
    onShortcuts: () => setFloating('keys'),
  };
  return (
    <ShellContext value={commands}>
      <div className={styles.shell}>
        <a className={styles.skip} href={`#${MAIN_ID}`} onClick={skip}>
          {words.shell.skip}
        </a>
        {wide ? (
          <aside className={styles.sidebar} data-collapsed={collapsed || undefined} aria-label={words.chats.label}>
            <Sidebar collapsed={collapsed} onToggle={toggleSidebar} {...sidebar} />
          </aside>
        ) : (
          <Drawer.Root open={floating === 'drawer'} onOpenChange={(open) => !open && close()}>
            <Drawer.Portal>
              <Drawer.Overlay className={styles.scrim} />
              <Drawer.Content className={styles.drawer} aria-describedby={undefined}>
                <Drawer.Title className="visually-hidden">{words.chats.label}</Drawer.Title>
                <Sidebar collapsed={false} onOpenChat={close} {...sidebar} />
              </Drawer.Content>
            </Drawer.Portal>
          </Drawer.Root>
        )}
        <Outlet />
      </div>
      {problem && (
        <p className={styles.problem} role="alert">
          {explain(problem)}
        </p>
      )}
      <Palette open={floating === 'palette'} onClose={close} actions={actions} />
      <ShortcutsDialog open={floating === 'keys'} onClose={close} />
    </ShellContext>
  );
}
