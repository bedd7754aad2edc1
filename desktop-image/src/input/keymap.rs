//! Which keycode produces which keysym, and spare keycodes that are bound to keysyms the layout lacks.
//!
//! Keycodes from 182 on are unused in every layout, and programs give them no meaning of their own, except for
//! [`BROWSER_SEARCH`]. (Browsers take lower unused keycodes for media keys.) They are split in two halves, bound in
//! turn: while programs may still be translating keys of one half, only the other is rebound.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask};
use xkeysym::Keysym;

use super::InputError;
use crate::x11::{Display, XError};

const NO_SYMBOL: u32 = 0;
const POOL: RangeInclusive<u8> = 182..=255;
/// Usable keys in one half of the pool, and so the most keysyms that can be bound at once.
pub(super) const HALF: usize = 36;
/// The keycodes of each half.
const HALVES: [RangeInclusive<u8>; 2] = [182..=217, 219..=255];
/// Left unbound. Until the source device changes, Chromium types the character of a new binding but also acts on what
/// the layout had on the key; on this one it focuses its search field.
const BROWSER_SEARCH: u8 = 225;
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
        for half in 0..HALVES.len() {
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
                if !POOL.contains(&keycode)
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
    pub(super) fn strokes_of(&self, keysyms: &[u32]) -> Result<Vec<Stroke>, InputError> {
        keysyms.iter().map(|keysym| self.stroke_of(*keysym).ok_or(InputError::NoKey(*keysym))).collect()
    }

    /// Binds the keysyms that no key produces. Returns whether there were any.
    pub(super) fn bind_missing(&mut self, display: &Display, keysyms: &[u32]) -> Result<bool, InputError> {
        let mut missing: Vec<u32> =
            keysyms.iter().copied().filter(|keysym| self.stroke_of(*keysym).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(false);
        }
        // Keys of the chord that are already in the pool must keep their bindings.
        let half = self.bind(display, &missing, |keymap, half| {
            keysyms.iter().any(|keysym| keymap.stroke_of(*keysym).is_some_and(|stroke| in_half(stroke, half)))
        })?;
        self.last_half = half;
        Ok(true)
    }

    /// The strokes of keysyms that the layout lacks, at most [`HALF`] of them, and whether they had to be bound, which
    /// programs have yet to notice.
    pub(super) fn strokes_in_pool(
        &mut self,
        display: &Display,
        keysyms: &[u32],
    ) -> Result<(HashMap<u32, Stroke>, bool), InputError> {
        let there = (0..HALVES.len()).find_map(|half| self.half_with(half, keysyms));
        if let Some(strokes) = there {
            return Ok((strokes, false));
        }
        let half = self.bind(display, keysyms, |_, _| false)?;
        self.last_half = half;
        let first = keysyms.first().copied().unwrap_or(NO_SYMBOL);
        let strokes = self.half_with(half, keysyms).ok_or(InputError::NoKey(first))?;
        Ok((strokes, true))
    }

    /// The keys of one half that produce the keysyms; `None` unless it has all of them. `by_keysym` does not say this,
    /// since the other half may hold some of them too.
    fn half_with(&self, half: usize, keysyms: &[u32]) -> Option<HashMap<u32, Stroke>> {
        let there: HashMap<u32, Stroke> = HALVES[half]
            .clone()
            .filter_map(|keycode| {
                let row = usize::from(keycode.checked_sub(self.first)?);
                let keysym = *self.keysyms.chunks(self.columns).nth(row)?.first()?;
                Some((keysym, Stroke { keycode, level: LEVELS[0].1 }))
            })
            .collect();
        keysyms.iter().map(|keysym| Some((*keysym, *there.get(keysym)?))).collect()
    }

    /// Binds keysyms to the half that was not bound last, or to the other one if that half is `taken`.
    fn bind(
        &mut self,
        display: &Display,
        keysyms: &[u32],
        taken: impl Fn(&Self, usize) -> bool,
    ) -> Result<usize, InputError> {
        let next = (self.last_half + 1) % HALVES.len();
        let half = if taken(self, next) { self.last_half } else { next };
        if keysyms.len() > HALF || self.last < *POOL.end() {
            return Err(InputError::NoKey(keysyms.first().copied().unwrap_or(NO_SYMBOL)));
        }
        self.bind_half(display, half, keysyms)?;
        self.reload(display)?;
        Ok(half)
    }

    /// Binds keysyms to one half of the pool in a single request, since every request makes all programs read the whole
    /// mapping again. Both levels get the keysym, or the server would derive an upper case for the second.
    fn bind_half(&self, display: &Display, half: usize, keysyms: &[u32]) -> Result<(), XError> {
        if self.last < *POOL.end() {
            return Ok(());
        }
        let keycodes = HALVES[half].clone();
        let mut next = keysyms.iter().copied();
        let keysym_of = |keycode| if keycode == BROWSER_SEARCH { None } else { next.next() };
        let rows: Vec<u32> =
            keycodes.clone().map(keysym_of).flat_map(|keysym| [keysym.unwrap_or(NO_SYMBOL); 2]).collect();
        let count = u8::try_from(keycodes.len()).unwrap_or(u8::MAX);
        display.connection.change_keyboard_mapping(count, *keycodes.start(), 2, &rows)?.check()?;
        Ok(())
    }

    /// Whether Caps Lock is on.
    pub(super) fn caps_lock(display: &Display) -> Result<bool, XError> {
        let reply = display.connection.query_pointer(display.root)?.reply()?;
        Ok(reply.mask.contains(KeyButMask::LOCK))
    }
}

fn in_half(stroke: Stroke, half: usize) -> bool {
    HALVES[half].contains(&stroke.keycode)
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

/// The keysym to bind for a character that the layout lacks.
pub(super) fn keysym_of(typed: char) -> u32 {
    match u32::from(typed) {
        latin @ (0x20..=0x7e | 0xa0..=0xff) => latin,
        other => 0x0100_0000 | other,
    }
}

#[cfg(test)]
mod tests {
    use super::{keysym_of, typed_char};

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
