//! Keys pressed together, such as `ctrl+shift+t`.

use protocol::action::Modifier;

use super::keysyms::KeysymNames;

/// Most keys in one chord.
const MAX_KEYS: usize = 8;

/// Keysyms, pressed in order and released in reverse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord(Vec<u32>);

/// Why a chord could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChordError {
    /// The text is empty.
    #[error("No key is named.")]
    Empty,
    /// A name is not that of a key.
    #[error("A key of the chord is unknown.")]
    Unknown,
    /// More than eight keys.
    #[error("A chord has at most 8 keys.")]
    TooLong,
}

impl Chord {
    /// Parses a chord. `+` separates keys; where a key is expected, it is the plus key.
    pub(super) fn parse(text: &str, names: &mut KeysymNames) -> Result<Self, ChordError> {
        let parts = split(text.trim());
        if parts.is_empty() {
            return Err(ChordError::Empty);
        }
        if parts.len() > MAX_KEYS {
            return Err(ChordError::TooLong);
        }
        let together = parts.len() > 1;
        let keysym_of = |part: &str| {
            // In a combination, case does not matter: `ctrl+S` is not `ctrl+shift+s`. A single `S` is a capital.
            let folded =
                if together && part.chars().count() == 1 { part.to_lowercase() } else { part.into() };
            names.find(&folded).ok_or(ChordError::Unknown)
        };
        parts.into_iter().map(keysym_of).collect::<Result<_, _>>().map(Self)
    }

    /// A chord of modifiers only.
    pub(super) fn of_modifiers(modifiers: &[Modifier]) -> Self {
        let keysym = |modifier: &Modifier| match modifier {
            Modifier::Shift => xkeysym::key::Shift_L,
            Modifier::Ctrl => xkeysym::key::Control_L,
            Modifier::Alt => xkeysym::key::Alt_L,
            Modifier::Super => xkeysym::key::Super_L,
        };
        Self(modifiers.iter().map(keysym).collect())
    }

    /// The keysyms, in the order they are pressed.
    #[must_use]
    pub fn keysyms(&self) -> &[u32] {
        &self.0
    }
}

fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // A key is at least one character, which may be a plus.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find('+').map_or(rest.len(), |plus| first + plus);
        parts.push(rest[..end].trim());
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::{Chord, ChordError, KeysymNames};
    use xkeysym::key;

    fn parse(text: &str) -> Result<Vec<u32>, ChordError> {
        Chord::parse(text, &mut KeysymNames::new()).map(|chord| chord.0)
    }

    #[test]
    fn chords_are_parsed_as_models_write_them() {
        let (ctrl, shift) = (key::Control_L, key::Shift_L);
        for (text, keysyms) in [
            ("Return", vec![key::Return]),
            ("ctrl+s", vec![ctrl, key::s]),
            ("CTRL+S", vec![ctrl, key::s]),
            ("ctrl + shift + T", vec![ctrl, shift, key::t]),
            ("ctrl++", vec![ctrl, key::plus]),
            ("+", vec![key::plus]),
            ("A", vec![key::A]),
            ("alt+Tab", vec![key::Alt_L, key::Tab]),
        ] {
            assert_eq!(parse(text), Ok(keysyms), "{text}");
        }
    }

    #[test]
    fn invalid_chords_are_rejected() {
        assert_eq!(parse(""), Err(ChordError::Empty));
        assert_eq!(parse("  "), Err(ChordError::Empty));
        assert_eq!(parse("ctrl+nonsense"), Err(ChordError::Unknown));
        assert_eq!(parse("a+b+c+d+e+f+g+h+i"), Err(ChordError::TooLong));
    }
}
