import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Keyboard, LogOut, Settings, UserRound, Users } from 'lucide-react';
import { meQuery } from '../api/session';
import { useLogout } from '../auth/session';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../controls/Menu';
import { words } from '../words';
import { setTheme, useTheme } from './theme';
import styles from './UserMenu.module.css';

interface Props {
  collapsed: boolean;
  onShortcuts: () => void;
  /** Called after a page was opened. */
  onOpen?: () => void;
}

export function UserMenu({ collapsed, onShortcuts, onOpen }: Props) {
  const navigate = useNavigate();
  const { data: me } = useSuspenseQuery(meQuery);
  const theme = useTheme();
  const logout = useLogout();
  const name = `${me.first_name} ${me.last_name}`.trim() || me.username;
  const initials = (me.first_name.charAt(0) + me.last_name.charAt(0) || me.username.charAt(0)).toUpperCase();
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <button type="button" className={styles.trigger}>
          <span className={styles.avatar} aria-hidden>
            {initials}
          </span>
          <span className={collapsed ? 'visually-hidden' : styles.name}>{name}</span>
          <span className="visually-hidden">{words.shell.userMenu}</span>
        </button>
      }
    >
      <MenuChoice label={words.shell.theme} value={theme} options={words.shell.themes} onChange={setTheme} />
      <MenuLine />
      <MenuItem
        icon={<UserRound size={14} />}
        onSelect={() => {
          onOpen?.();
          void navigate({ to: '/account' });
        }}
      >
        {words.account.title}
      </MenuItem>
      <MenuItem
        icon={<Settings size={14} />}
        onSelect={() => {
          onOpen?.();
          void navigate({ to: '/settings' });
        }}
      >
        {words.settings.title}
      </MenuItem>
      {me.is_superuser && (
        <MenuItem
          icon={<Users size={14} />}
          onSelect={() => {
            onOpen?.();
            void navigate({ to: '/admin' });
          }}
        >
          {words.admin.title}
        </MenuItem>
      )}
      <MenuItem icon={<Keyboard size={14} />} onSelect={onShortcuts}>
        {words.shortcuts.title}
      </MenuItem>
      <MenuItem icon={<LogOut size={14} />} onSelect={() => logout.mutate()}>
        {words.auth.logout}
      </MenuItem>
    </Menu>
  );
}
