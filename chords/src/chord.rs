//! Keys that are pressed together.

use std::fmt;

use protocol::action::Modifier;

use crate::{ChordError, Key, MAX_KEYS};

/// Keys that are pressed in this order and released in reverse, such as `ctrl+shift+t`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord(Vec<Key>);

impl Chord {
    pub(crate) fn new(keys: Vec<Key>) -> Result<Self, ChordError> {
        match keys.len() {
            0 | 1 => Ok(Self(keys)),
            // In a combination case does not matter: `ctrl+S` is not `ctrl+shift+s`. A single `S` is a capital.
            2..=MAX_KEYS => Ok(Self(keys.into_iter().map(Key::lower).collect())),
            _ => Err(ChordError::TooManyKeys),
        }
    }

    /// The chord of modifiers; without any it has no key.
    #[must_use]
    pub fn of_modifiers(modifiers: &[Modifier]) -> Self {
        Self(modifiers.iter().copied().map(Key::of_modifier).collect())
    }

    /// The keys, in the order in which they are pressed.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// Their keysyms.
    pub fn keysyms(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map(|key| key.keysym())
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "+" };
            write!(formatter, "{separator}{key}")?;
        }
        Ok(())
    }
}
