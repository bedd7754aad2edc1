//! Binds spare keycodes to keysyms that the layout lacks.
//!
//! Keycodes from 182 on are unused in every layout, and programs give them no meaning of their own, except for
//! [`BROWSER_SEARCH`]. (Browsers take lower unused keycodes for media keys.) They are split in two halves, bound in
//! turn: while programs may still be translating keys of one half, only the other is rebound.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use x11rb::protocol::xproto::ConnectionExt as _;

use super::{Keymap, LEVELS, NO_SYMBOL, Stroke};
use crate::input::InputError;
use crate::x11::{Display, XError};

pub(super) const POOL: RangeInclusive<u8> = 182..=255;
/// Usable keys in one half of the pool, and so the most keysyms that can be bound at once.
pub(in crate::input) const HALF: usize = 36;
/// The keycodes of each half.
pub(super) const HALVES: [RangeInclusive<u8>; 2] = [182..=217, 219..=255];
/// Left unbound. Until the source device changes, Chromium types the character of a new binding but also acts on what
/// the layout had on the key; on this one it focuses its search field.
const BROWSER_SEARCH: u8 = 225;

impl Keymap {
    /// Binds the keysyms that no key produces, at most [`HALF`] of them. Returns whether there were any.
    pub(in crate::input) fn bind_missing(
        &mut self,
        display: &Display,
        keysyms: impl IntoIterator<Item = u32>,
    ) -> Result<bool, InputError> {
        // Those that are in the pool are bound again with the others, since the half that they are in may be the next.
        let is_foreign =
            |keysym: &u32| self.stroke_of(*keysym).is_none_or(|stroke| POOL.contains(&stroke.keycode));
        let mut foreign: Vec<u32> = keysyms.into_iter().filter(is_foreign).collect();
        if foreign.iter().all(|keysym| self.stroke_of(*keysym).is_some()) {
            return Ok(false);
        }
        foreign.sort_unstable();
        foreign.dedup();
        self.bind(display, &foreign)?;
        Ok(true)
    }

    /// The strokes of keysyms that the layout lacks, at most [`HALF`] of them, and whether they had to be bound, which
    /// programs have yet to notice.
    pub(in crate::input) fn strokes_in_pool(
        &mut self,
        display: &Display,
        keysyms: &[u32],
    ) -> Result<(HashMap<u32, Stroke>, bool), InputError> {
        let there = (0..HALVES.len()).find_map(|half| self.half_with(half, keysyms));
        if let Some(strokes) = there {
            return Ok((strokes, false));
        }
        let half = self.bind(display, keysyms)?;
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

    /// Binds keysyms to the half that was not bound last, and returns it.
    fn bind(&mut self, display: &Display, keysyms: &[u32]) -> Result<usize, InputError> {
        let half = (self.last_half + 1) % HALVES.len();
        if keysyms.len() > HALF || self.last < *POOL.end() {
            return Err(InputError::NoKey(keysyms.first().copied().unwrap_or(NO_SYMBOL)));
        }
        self.bind_half(display, half, keysyms)?;
        self.reload(display)?;
        self.last_half = half;
        Ok(half)
    }

    /// Binds keysyms to one half of the pool in a single request, since every request makes all programs read the whole
    /// mapping again. Both levels get the keysym, or the server would derive an upper case for the second.
    pub(super) fn bind_half(&self, display: &Display, half: usize, keysyms: &[u32]) -> Result<(), XError> {
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
}
