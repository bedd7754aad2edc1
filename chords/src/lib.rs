//! Reads key chords as people and models write them, such as `ctrl+s`, `Down Down Return`, `<Control>c`, `C-x C-s` or `⌘⇧P`.
//!
//! A [`Sequence`] is one or several chords, which are pressed one after the other; a [`Chord`] is keys that are pressed
//! together; a [`Key`] is a keysym of X. Written out, each has its canonical name, which is read as the same again.
//!
//! Reading order: `sequence` puts chords together, `spelling` reads the keys of one chord, `names` knows the names of keys,
//! with `aliases` that X lacks and `signs` that keyboards have printed on them; `close` finds names that were meant.

mod aliases;
mod chord;
mod close;
mod error;
mod key;
mod names;
mod sequence;
mod signs;
mod spelling;

pub use chord::Chord;
pub use error::ChordError;
pub use key::{Key, keysym_name, keysym_of, modifier_of};
pub use sequence::Sequence;

/// The most keys of a chord.
pub const MAX_KEYS: usize = 8;
/// The most chords of a sequence.
pub const MAX_CHORDS: usize = 20;
