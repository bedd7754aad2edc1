import * as Drawer from '@radix-ui/react-dialog';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useLogout } from '../auth/session';
import { useNewChat } from '../chats/useNewChat';
import { words } from '../words';
import { ShellContext } from './commands';
import { KeySheet } from './KeySheet';
import { Palette, type PaletteAction } from './Palette';
import { Rail } from './Rail';
import { useShortcuts, type Shortcut } from './shortcuts';
import { setTheme } from './theme';
import { useMediaQuery, WIDE } from './useMediaQuery';
import { useRemembered } from './useRemembered';
import styles from './Shell.module.css';

type Floating = 'palette' | 'keys' | 'drawer' | null;

/** The frame of every page behind the login: the rail, and the page beside it. */
export function Shell() {
  const wide = useMediaQuery(WIDE);
  const roomy = useMediaQuery('(min-width: 1280px)');
  const [foldedChoice, setFolded] = useRemembered<boolean | null>('deskhand.rail-folded', null);
  const [floating, setFloating] = useState<Floating>(null);
  const newChat = useNewChat();
  const logout = useLogout();
  const navigate = useNavigate();
  // Until it is chosen, the rail gives way on screens where the stage needs the room.
  const folded = foldedChoice ?? !roomy;
  const close = () => setFloating(null);

  const commands = {
    newChat: () => {
      close();
      newChat.mutate();
    },
    openRail: () => setFloating('drawer'),
    openPalette: () => setFloating('palette'),
  };
  const toggleRail = () => (wide ? setFolded(!folded) : setFloating(floating === 'drawer' ? null : 'drawer'));

  const actions: PaletteAction[] = [
    { label: words.chats.new, run: commands.newChat },
    { label: folded ? words.shell.unfoldRail : words.shell.foldRail, run: toggleRail },
    ...(['system', 'light', 'dark'] as const).map((theme) => ({
      label: `${words.shell.theme}: ${words.shell.themes[theme]}`,
      run: () => setTheme(theme),
    })),
    { label: words.settings.title, run: () => void navigate({ to: '/settings' }) },
    { label: words.shell.keys, run: () => setFloating('keys') },
    { label: words.auth.logout, run: () => logout.mutate() },
  ];
  const shortcuts: Record<Shortcut, () => void> = {
    palette: commands.openPalette,
    newChat: commands.newChat,
    rail: toggleRail,
    sheet: () => setFloating('keys'),
  };
  useShortcuts((shortcut) => shortcuts[shortcut]());

  const rail = {
    onNewChat: commands.newChat,
    onSearch: commands.openPalette,
    onKeys: () => setFloating('keys'),
  };
  return (
    <ShellContext value={commands}>
      <div className={styles.shell}>
        <a className={styles.skip} href="#composer">
          {words.shell.skip}
        </a>
        {wide ? (
          <aside className={styles.rail} data-folded={folded || undefined} aria-label={words.chats.label}>
            <Rail folded={folded} onFold={toggleRail} {...rail} />
          </aside>
        ) : (
          <Drawer.Root open={floating === 'drawer'} onOpenChange={(open) => !open && close()}>
            <Drawer.Portal>
              <Drawer.Overlay className={styles.scrim} />
              <Drawer.Content className={styles.drawer} aria-describedby={undefined}>
                <Drawer.Title className="visually-hidden">{words.chats.label}</Drawer.Title>
                <Rail folded={false} onOpenChat={close} {...rail} />
              </Drawer.Content>
            </Drawer.Portal>
          </Drawer.Root>
        )}
        <Outlet />
      </div>
      <Palette open={floating === 'palette'} onClose={close} actions={actions} />
      <KeySheet open={floating === 'keys'} onClose={close} />
    </ShellContext>
  );
}
