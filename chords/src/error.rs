//! Why a text is no chord.

/// Why a text is no chord. Models read these messages: one short line each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChordError {
    /// The text is empty.
    #[error("No key is named.")]
    Empty,
    /// A name is not that of a key.
    #[error("'{name}' is no key; {}", advice(close))]
    Unknown {
        /// The name, of at most 30 characters.
        name: String,
        /// Up to three names that are close to it.
        close: Vec<String>,
    },
    /// More than eight keys are to be pressed together.
    #[error("A chord has at most {} keys.", crate::MAX_KEYS)]
    TooManyKeys,
    /// More than twenty chords are to be pressed.
    #[error("At most {} chords can be pressed in one call.", crate::MAX_CHORDS)]
    TooManyChords,
    /// There are several chords where one is expected.
    #[error("Only one chord can be held, such as shift or ctrl+F5.")]
    Several,
}

fn advice(close: &[String]) -> String {
    match close {
        [] => "names are as in X: Return, Page_Down, ctrl+s.".to_owned(),
        [only] => format!("did you mean {only}?"),
        [first @ .., last] => format!("did you mean {} or {last}?", first.join(", ")),
    }
}
