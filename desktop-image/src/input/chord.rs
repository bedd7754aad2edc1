//! Keys pressed together, such as `ctrl+shift+t`.

use protocol::action::Modifier;

use super::keysyms::KeysymNames;

/// Keys of one chord; nobody has more fingers.
const MAX_KEYS: usize = 8;

/// Symbols pressed in order and released in the opposite one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chord(Vec<u32>);

/// Why a text is no chord.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChordError {
    /// No key is named.
    #[error("No key is named.")]
    Empty,
    /// A name means no key.
    #[error("A key of the chord is unknown.")]
    Unknown,
    /// More than eight keys.
    #[error("A chord has at most 8 keys.")]
    TooLong,
}

impl Chord {
    /// Reads a chord. A plus between keys joins them; one in a key's place is the key itself.
    pub(super) fn parse(text: &str, names: &mut KeysymNames) -> Result<Self, ChordError> {
        let parts = split(text.trim());
        if parts.is_empty() {
            return Err(ChordError::Empty);
        }
        if parts.len() > MAX_KEYS {
            return Err(ChordError::TooLong);
        }
        let together = parts.len() > 1;
        let symbol_of = |part: &str| {
            // With other keys a letter means its key, however it is written; alone it means itself.
            let folded =
                if together && part.chars().count() == 1 { part.to_lowercase() } else { part.into() };
            names.find(&folded).ok_or(ChordError::Unknown)
        };
        parts.into_iter().map(symbol_of).collect::<Result<_, _>>().map(Self)
    }

    /// The chord that holds modifiers.
    pub(super) fn of_modifiers(modifiers: &[Modifier]) -> Self {
        let symbol = |modifier: &Modifier| match modifier {
            Modifier::Shift => xkeysym::key::Shift_L,
            Modifier::Ctrl => xkeysym::key::Control_L,
            Modifier::Alt => xkeysym::key::Alt_L,
            Modifier::Super => xkeysym::key::Super_L,
        };
        Self(modifiers.iter().map(symbol).collect())
    }

    /// The symbols, in the order they are pressed.
    #[must_use]
    pub fn keysyms(&self) -> &[u32] {
        &self.0
    }
}

fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // The first character belongs to the key even when it is a plus.
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
    fn chords_are_read_as_models_write_them() {
        let (ctrl, shift) = (key::Control_L, key::Shift_L);
        for (text, symbols) in [
            ("Return", vec![key::Return]),
            ("ctrl+s", vec![ctrl, key::s]),
            ("CTRL+S", vec![ctrl, key::s]),
            ("ctrl + shift + T", vec![ctrl, shift, key::t]),
            ("ctrl++", vec![ctrl, key::plus]),
            ("+", vec![key::plus]),
            ("A", vec![key::A]),
            ("alt+Tab", vec![key::Alt_L, key::Tab]),
        ] {
            assert_eq!(parse(text), Ok(symbols), "{text}");
        }
    }

    #[test]
    fn what_is_no_chord_is_refused() {
        assert_eq!(parse(""), Err(ChordError::Empty));
        assert_eq!(parse("  "), Err(ChordError::Empty));
        assert_eq!(parse("ctrl+nonsense"), Err(ChordError::Unknown));
        assert_eq!(parse("a+b+c+d+e+f+g+h+i"), Err(ChordError::TooLong));
    }
}
