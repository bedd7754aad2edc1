//! Chords in every form in which models write them.

use chords::{ChordError, Sequence};
use protocol::action::Modifier;
use serde_json::Value;

use super::{Arguments, Read, list_of, missing, wrong};

/// What a field with chords is.
const FORM: &str = "keys such as ctrl+s";

impl Arguments<'_> {
    /// The chords in a field, as a text or as a list of keys.
    pub(crate) fn chords(&self, name: &str) -> Read<Sequence> {
        let value = self.get(name).ok_or_else(|| missing(name, FORM))?;
        let read = sequence_of(value).ok_or_else(|| wrong(name, FORM, value))?;
        read.map_err(|error| error.to_string())
    }

    /// The modifiers in a field, in the same forms. An absent or an empty one is none.
    pub(crate) fn modifiers(&self, name: &str) -> Read<Vec<Modifier>> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let held = match sequence_of(value) {
            Some(Err(ChordError::Empty)) => Some(Vec::new()),
            Some(Ok(sequence)) => sequence.modifiers(),
            Some(Err(_)) | None => None,
        };
        held.ok_or_else(|| wrong(name, "keys to hold, of shift, ctrl, alt and super", value))
    }
}

fn sequence_of(value: &Value) -> Option<Result<Sequence, ChordError>> {
    let Some(list) = list_of(value) else { return Some(text_of(value)?.parse()) };
    let keys: Vec<String> = list.iter().map(text_of).collect::<Option<_>>()?;
    Some(Sequence::of_keys(keys.iter().map(String::as_str)))
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
