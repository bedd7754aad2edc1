//! Which key gives which symbol, and keys of our own for symbols that the layout lacks.
//!
//! Keycodes from 182 on carry nothing on any layout, and no program gives them a meaning of its own (lower
//! spare ones are media keys to browsers), but for one. They are split in two halves that take turns: while
//! programs may still be translating keys of one half, only the other is bound anew.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask};
use xkeysym::Keysym;

use super::InputError;
use crate::x11::{Display, XError};

const NO_SYMBOL: u32 = 0;
const POOL: RangeInclusive<u8> = 182..=255;
/// Keys in one half of the pool: as many missing symbols as one binding can hold.
pub(super) const HALF: usize = 36;
/// The keycodes of each half.
const HALVES: [RangeInclusive<u8>; 2] = [182..=217, 219..=255];
/// Chromium learns of new bindings only when the pressing device changes. Until then each key means to it what
/// the layout had there, beside the character that it types; with this one it goes to its search field.
const BROWSER_SEARCH: u8 = 225;
/// Columns of the core keyboard mapping, and what to hold to get there. Columns 2 and 3 are the second
/// layout of a pair, which is not ours to switch to.
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

/// A key, and what to hold with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stroke {
    pub(super) keycode: u8,
    level: Level,
}

/// What to do about Shift around a key.
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
    symbols: Vec<u32>,
    by_symbol: HashMap<u32, Stroke>,
    by_char: HashMap<char, Stroke>,
    last_half: usize,
}

impl Keymap {
    /// Reads the mapping and empties the pool.
    pub(super) fn open(display: &Display) -> Result<Self, XError> {
        let setup = display.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mut keymap = Self {
            first,
            last,
            columns: 1,
            symbols: Vec::new(),
            by_symbol: HashMap::new(),
            by_char: HashMap::new(),
            last_half: 1,
        };
        for half in 0..HALVES.len() {
            keymap.bind_half(display, half, &[])?;
        }
        keymap.reload(display)?;
        Ok(keymap)
    }

    /// Reads the mapping anew: a program may have changed the layout.
    pub(super) fn reload(&mut self, display: &Display) -> Result<(), XError> {
        let reply =
            display.connection.get_keyboard_mapping(self.first, self.last - self.first + 1)?.reply()?;
        let columns = usize::from(reply.keysyms_per_keycode).max(1);
        if columns == self.columns && reply.keysyms == self.symbols {
            return Ok(());
        }
        (self.columns, self.symbols) = (columns, reply.keysyms);
        self.index();
        Ok(())
    }

    fn index(&mut self) {
        self.by_symbol.clear();
        self.by_char.clear();
        let third = self.keycode_of(xkeysym::key::ISO_Level3_Shift).is_some();
        for (column, level) in LEVELS {
            if level.third && !third {
                continue;
            }
            for (keycode, row) in (self.first..=self.last).zip(self.symbols.chunks(self.columns)) {
                let Some(&symbol) = row.get(column).filter(|symbol| **symbol != NO_SYMBOL) else { continue };
                // Shift together with a key of the keypad is End or an arrow to many programs, not a digit.
                if level.shift && Keysym::new(symbol).is_keypad_key() {
                    continue;
                }
                let stroke = Stroke { keycode, level };
                self.by_symbol.entry(symbol).or_insert(stroke);
                if !POOL.contains(&keycode)
                    && let Some(typed) = typed_char(symbol)
                {
                    self.by_char.entry(typed).or_insert(stroke);
                }
            }
        }
    }

    fn keycode_of(&self, symbol: u32) -> Option<u8> {
        let row = self.symbols.chunks(self.columns).position(|row| row.first() == Some(&symbol))?;
        u8::try_from(row).ok()?.checked_add(self.first)
    }

    /// The keys to hold for a stroke, before its own.
    pub(super) fn modifiers_of(&self, stroke: Stroke) -> impl Iterator<Item = u8> + use<> {
        let shift = stroke.level.shift.then(|| self.keycode_of(xkeysym::key::Shift_L)).flatten();
        let third = stroke.level.third.then(|| self.keycode_of(xkeysym::key::ISO_Level3_Shift)).flatten();
        shift.into_iter().chain(third)
    }

    /// What to do about Shift when the key of a symbol is pressed while Shift is down or not.
    pub(super) fn shift_for(&self, symbol: u32, stroke: Stroke, shift_is_down: bool) -> Shift {
        match (stroke.level.shift, shift_is_down) {
            (true, false) => Shift::Press,
            // Keys that type nothing, such as Tab, are meant together with Shift.
            (false, true) if typed_char(symbol).is_some() && !self.ignores_shift(stroke) => Shift::Lift,
            _ => Shift::Leave,
        }
    }

    /// Whether a key gives the same symbol with Shift.
    fn ignores_shift(&self, stroke: Stroke) -> bool {
        let row = usize::from(stroke.keycode.saturating_sub(self.first));
        let symbols = self.symbols.chunks(self.columns).nth(row).unwrap_or_default();
        symbols.get(1).is_none_or(|shifted| *shifted == NO_SYMBOL || Some(shifted) == symbols.first())
    }

    /// The keys that are Shift.
    pub(super) fn shift_keys(&self) -> impl Iterator<Item = u8> + use<> {
        let keys = [xkeysym::key::Shift_L, xkeysym::key::Shift_R].map(|symbol| self.keycode_of(symbol));
        keys.into_iter().flatten()
    }

    /// The key of the layout that types a character.
    pub(super) fn layout_stroke(&self, typed: char) -> Option<Stroke> {
        self.by_char.get(&typed).copied()
    }

    /// The key that gives a symbol.
    pub(super) fn stroke_of(&self, symbol: u32) -> Option<Stroke> {
        self.by_symbol.get(&symbol).copied()
    }

    /// The keys that give some symbols, which must all be there.
    pub(super) fn strokes_of(&self, symbols: &[u32]) -> Result<Vec<Stroke>, InputError> {
        symbols.iter().map(|symbol| self.stroke_of(*symbol).ok_or(InputError::NoKey(*symbol))).collect()
    }

    /// Binds those of the symbols that no key gives. Returns whether there were any.
    pub(super) fn bind_missing(&mut self, display: &Display, symbols: &[u32]) -> Result<bool, InputError> {
        let mut missing: Vec<u32> =
            symbols.iter().copied().filter(|symbol| self.stroke_of(*symbol).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        if missing.is_empty() {
            return Ok(false);
        }
        // What the chord already finds in the pool must stay where it is.
        let half = self.bind(display, &missing, |keymap, half| {
            symbols.iter().any(|symbol| keymap.stroke_of(*symbol).is_some_and(|stroke| in_half(stroke, half)))
        })?;
        self.last_half = half;
        Ok(true)
    }

    /// Finds room for symbols that the layout lacks, at most [`HALF`] of them. Returns their strokes, and
    /// whether programs have to learn a new binding.
    pub(super) fn room_for(
        &mut self,
        display: &Display,
        symbols: &[u32],
    ) -> Result<(HashMap<u32, Stroke>, bool), InputError> {
        let there = (0..HALVES.len()).find_map(|half| self.half_with(half, symbols));
        if let Some(strokes) = there {
            return Ok((strokes, false));
        }
        let half = self.bind(display, symbols, |_, _| false)?;
        self.last_half = half;
        let first = symbols.first().copied().unwrap_or(NO_SYMBOL);
        let strokes = self.half_with(half, symbols).ok_or(InputError::NoKey(first))?;
        Ok((strokes, true))
    }

    /// The keys of a half that give the symbols; `None` when one is not in it. The other half may hold
    /// some of them too, so the rows themselves are looked at.
    fn half_with(&self, half: usize, symbols: &[u32]) -> Option<HashMap<u32, Stroke>> {
        let there: HashMap<u32, Stroke> = HALVES[half]
            .clone()
            .filter_map(|keycode| {
                let row = usize::from(keycode.checked_sub(self.first)?);
                let symbol = *self.symbols.chunks(self.columns).nth(row)?.first()?;
                Some((symbol, Stroke { keycode, level: LEVELS[0].1 }))
            })
            .collect();
        symbols.iter().map(|symbol| Some((*symbol, *there.get(symbol)?))).collect()
    }

    /// Binds symbols to the half that was not bound last, or to the other where the first is `taken`.
    fn bind(
        &mut self,
        display: &Display,
        symbols: &[u32],
        taken: impl Fn(&Self, usize) -> bool,
    ) -> Result<usize, InputError> {
        let next = (self.last_half + 1) % HALVES.len();
        let half = if taken(self, next) { self.last_half } else { next };
        if symbols.len() > HALF || self.last < *POOL.end() {
            return Err(InputError::NoKey(symbols.first().copied().unwrap_or(NO_SYMBOL)));
        }
        self.bind_half(display, half, symbols)?;
        self.reload(display)?;
        Ok(half)
    }

    /// Gives a half of the pool its symbols, in one request: each one makes every program read the whole
    /// mapping again. Both levels get the symbol, or the server would make up an upper case for it.
    fn bind_half(&self, display: &Display, half: usize, symbols: &[u32]) -> Result<(), XError> {
        if self.last < *POOL.end() {
            return Ok(());
        }
        let keycodes = HALVES[half].clone();
        let mut next = symbols.iter().copied();
        let symbol_of = |keycode| if keycode == BROWSER_SEARCH { None } else { next.next() };
        let rows: Vec<u32> =
            keycodes.clone().map(symbol_of).flat_map(|symbol| [symbol.unwrap_or(NO_SYMBOL); 2]).collect();
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

/// The character that a key of the layout types, if it is one that types by itself: the keypad depends on
/// Num Lock, and dead keys wait for the next.
fn typed_char(symbol: u32) -> Option<char> {
    let keysym = Keysym::new(symbol);
    let dead = (0xfe50..=0xfe93).contains(&symbol);
    if dead || keysym.is_keypad_key() {
        return None;
    }
    keysym.key_char().filter(|typed| !typed.is_control())
}

/// The symbol that a character is bound as when the layout lacks it.
pub(super) fn symbol_of(typed: char) -> u32 {
    match u32::from(typed) {
        latin @ (0x20..=0x7e | 0xa0..=0xff) => latin,
        other => 0x0100_0000 | other,
    }
}

#[cfg(test)]
mod tests {
    use super::{symbol_of, typed_char};

    #[test]
    fn characters_and_symbols_agree() {
        for typed in ['a', 'Z', '~', 'é', 'ß', 'Ω', 'я', '漢', '😀'] {
            assert_eq!(typed_char(symbol_of(typed)), Some(typed), "{typed}");
        }
    }

    #[test]
    fn keys_that_do_not_type_by_themselves_are_left_out() {
        for symbol in [xkeysym::key::dead_acute, xkeysym::key::KP_1, xkeysym::key::Return, xkeysym::key::F1] {
            assert_eq!(typed_char(symbol), None, "{symbol:#x}");
        }
    }
}
