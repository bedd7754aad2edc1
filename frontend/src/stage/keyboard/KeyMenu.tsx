import type { ReactNode } from 'react';
import { Menu, MenuItem, MenuLabel } from '../../controls/Menu';
import { words } from '../../words';
import type { Chord } from './keys';
import { CHORDS } from './chords';

interface Props {
  trigger: ReactNode;
  side?: 'top' | 'bottom';
  align?: 'start' | 'end';
  /** Where the menu is drawn: in full screen nothing outside of it is shown. */
  container: HTMLElement | null;
  onPress: (chord: Chord) => void;
}

/** A menu of chords that the person's browser or computer would keep for itself. Each is pressed on the desktop. */
export function KeyMenu({ onPress, ...menu }: Props) {
  return (
    <Menu {...menu}>
      <MenuLabel>{words.keys.menuTitle}</MenuLabel>
      {(Object.keys(CHORDS) as (keyof typeof CHORDS)[]).map((name) => {
        const [what, keys] = words.keys.chords[name];
        return (
          <MenuItem key={name} hint={keys} onSelect={() => onPress(CHORDS[name])}>
            {what}
          </MenuItem>
        );
      })}
    </Menu>
  );
}
