//! Which keycode produces which keysym. [`spare_keys`] binds keysyms that the layout lacks.

mod spare_keys;

use std::collections::HashMap;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask};
use xkeysym::Keysym;

use super::InputError;
use crate::x11::{Display, XError};
pub(super) use spare_keys::HALF;

const NO_SYMBOL: u32 = 0;
/// Columns of the core keyboard mapping, with the modifiers that select them. Columns 2 and 3 belong to a second
/// layout, which we never switch to.
const LEVELS: [(usize, Level); 4] = [
    (0, Level { shift: false, third: false }),
    (1, Level { shift: true, third: false }),
    (4, Level { shift: false, third: true }),
    (5, Level { shift: true, third: true }),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Level {
    shift: bool,
    third: bool,
}

/// A key and the modifiers to hold with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stroke {
    pub(super) keycode: u8,
    level: Level,
}

/// What to do with Shift while a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shift {
    Leave,
    Press,
    Lift,
}

/// The keyboard mapping of the X server.
#[derive(Debug)]
pub(super) struct Keymap {
    first: u8,
    last: u8,
    columns: usize,
    keysyms: Vec<u32>,
    by_keysym: HashMap<u32, Stroke>,
    by_char: HashMap<char, Stroke>,
    last_half: usize,
}

impl Keymap {
    /// Reads the mapping and unbinds the pool.
    pub(super) fn open(display: &Display) -> Result<Self, XError> {
        let setup = display.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mut keymap = Self {
            first,
            last,
            columns: 1,
            keysyms: Vec::new(),
            by_keysym: HashMap::new(),
            by_char: HashMap::new(),
            last_half: 1,
        };
        for half in 0..spare_keys::HALVES.len() {
            keymap.bind_half(display, half, &[])?;
        }
        keymap.reload(display)?;
        Ok(keymap)
    }

    /// Reads the mapping again: a program may have changed the layout.
    pub(super) fn reload(&mut self, display: &Display) -> Result<(), XError> {
        let reply =
            display.connection.get_keyboard_mapping(self.first, self.last - self.first + 1)?.reply()?;
        let columns = usize::from(reply.keysyms_per_keycode).max(1);
        if columns == self.columns && reply.keysyms == self.keysyms {
            return Ok(());
        }
        (self.columns, self.keysyms) = (columns, reply.keysyms);
        self.index();
        Ok(())
    }

    fn index(&mut self) {
        self.by_keysym.clear();
        self.by_char.clear();
        let third = self.keycode_of(xkeysym::key::ISO_Level3_Shift).is_some();
        for (column, level) in LEVELS {
            if level.third && !third {
                continue;
            }
            for (keycode, row) in (self.first..=self.last).zip(self.keysyms.chunks(self.columns)) {
                let Some(&keysym) = row.get(column).filter(|keysym| **keysym != NO_SYMBOL) else { continue };
                // Many programs take Shift and a keypad key for End or an arrow, not for a digit.
                if level.shift && Keysym::new(keysym).is_keypad_key() {
                    continue;
                }
                let stroke = Stroke { keycode, level };
                self.by_keysym.entry(keysym).or_insert(stroke);
                if !spare_keys::POOL.contains(&keycode)
                    && let Some(typed) = typed_char(keysym)
                {
                    self.by_char.entry(typed).or_insert(stroke);
                }
            }
        }
    }

    fn keycode_of(&self, keysym: u32) -> Option<u8> {
        let row = self.keysyms.chunks(self.columns).position(|row| row.first() == Some(&keysym))?;
        u8::try_from(row).ok()?.checked_add(self.first)
    }

    /// The modifier keys to press before a stroke's own key.
    pub(super) fn modifiers_of(&self, stroke: Stroke) -> impl Iterator<Item = u8> + use<> {
        let shift = stroke.level.shift.then(|| self.keycode_of(xkeysym::key::Shift_L)).flatten();
        let third = stroke.level.third.then(|| self.keycode_of(xkeysym::key::ISO_Level3_Shift)).flatten();
        shift.into_iter().chain(third)
    }

    /// What to do with Shift when pressing the key of a keysym.
    pub(super) fn shift_for(&self, keysym: u32, stroke: Stroke, shift_is_down: bool) -> Shift {
        match (stroke.level.shift, shift_is_down) {
            (true, false) => Shift::Press,
            // Shift stays down for keys that type no character, such as Tab.
            (false, true) if typed_char(keysym).is_some() && !self.ignores_shift(stroke) => Shift::Lift,
            _ => Shift::Leave,
        }
    }

    /// Whether a key produces the same keysym with Shift.
    fn ignores_shift(&self, stroke: Stroke) -> bool {
        let row = usize::from(stroke.keycode.saturating_sub(self.first));
        let keysyms = self.keysyms.chunks(self.columns).nth(row).unwrap_or_default();
        keysyms.get(1).is_none_or(|shifted| *shifted == NO_SYMBOL || Some(shifted) == keysyms.first())
    }

    /// The keycodes of Shift.
    pub(super) fn shift_keys(&self) -> impl Iterator<Item = u8> + use<> {
        let keys = [xkeysym::key::Shift_L, xkeysym::key::Shift_R].map(|keysym| self.keycode_of(keysym));
        keys.into_iter().flatten()
    }

    /// The key of the layout that types a character.
    pub(super) fn layout_stroke(&self, typed: char) -> Option<Stroke> {
        self.by_char.get(&typed).copied()
    }

    /// The key that produces a keysym.
    pub(super) fn stroke_of(&self, keysym: u32) -> Option<Stroke> {
        self.by_keysym.get(&keysym).copied()
    }

    /// The keys that produce some keysyms; fails unless there is one for each.
    pub(super) fn strokes_of(&self, keysyms: impl Iterator<Item = u32>) -> Result<Vec<Stroke>, InputError> {
        keysyms.map(|keysym| self.stroke_of(keysym).ok_or(InputError::NoKey(keysym))).collect()
    }

    /// Whether Caps Lock is on.
    pub(super) fn caps_lock(display: &Display) -> Result<bool, XError> {
        let reply = display.connection.query_pointer(display.root)?.reply()?;
        Ok(reply.mask.contains(KeyButMask::LOCK))
    }
}

/// The character that a keysym types by itself. Not for the keypad, which depends on Num Lock, nor for dead keys, which
/// wait for the next key.
fn typed_char(keysym: u32) -> Option<char> {
    let dead = (0xfe50..=0xfe93).contains(&keysym);
    let keysym = Keysym::new(keysym);
    if dead || keysym.is_keypad_key() {
        return None;
    }
    keysym.key_char().filter(|typed| !typed.is_control())
}

#[cfg(test)]
mod tests {
    use super::typed_char;
    use chords::keysym_of;

    #[test]
    fn a_bound_keysym_types_its_character() {
        for typed in ['a', 'Z', '~', 'é', 'ß', 'Ω', 'я', '漢', '😀'] {
            assert_eq!(typed_char(keysym_of(typed)), Some(typed), "{typed}");
        }
    }

    #[test]
    fn keys_that_do_not_type_by_themselves_are_left_out() {
        for keysym in [xkeysym::key::dead_acute, xkeysym::key::KP_1, xkeysym::key::Return, xkeysym::key::F1] {
            assert_eq!(typed_char(keysym), None, "{keysym:#x}");
        }
    }
}
