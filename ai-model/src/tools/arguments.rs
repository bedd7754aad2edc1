//! Reads the arguments of calls as models write them. What can mean one thing only is understood in whatever form it comes; the
//! rest is refused with the value and the right form. Nothing is assumed that the model did not say.

mod chords;
mod numbers;

use std::borrow::Cow;
use std::ops::RangeInclusive;

use protocol::action::ScrollDirection;
use serde_json::{Map, Value};

pub(crate) use numbers::numbers_of;
use numbers::{number_of, whole_number_of};

use super::output::one_line;

/// A value, or one sentence for the model that says what is wrong.
pub(crate) type Read<T> = Result<T, String>;

/// The directions of a scroll.
pub(crate) const DIRECTIONS: [(&str, ScrollDirection); 4] = [
    ("up", ScrollDirection::Up),
    ("down", ScrollDirection::Down),
    ("left", ScrollDirection::Left),
    ("right", ScrollDirection::Right),
];
/// The most characters of a value that a problem quotes.
const QUOTED_CHARS: usize = 60;

/// The arguments of a call.
pub(crate) struct Arguments<'a>(Cow<'a, Map<String, Value>>);

impl<'a> Arguments<'a> {
    /// The arguments in an input, which may be the JSON text of them.
    pub(crate) fn of(input: &'a Value) -> Self {
        match input {
            Value::Object(fields) => Self(Cow::Borrowed(fields)),
            Value::String(text) => Self(Cow::Owned(unwrapped(text))),
            _ => Self(Cow::Owned(Map::new())),
        }
    }

    /// A field by its name, which models also write as `scrollAmount` or `Scroll-Amount`. Null is absent.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        let field = self.0.get(name).or_else(|| {
            let mut alike = self.0.iter().filter(|(written, _)| is_spelling_of(written, name));
            let (_, value) = alike.next()?;
            alike.next().is_none().then_some(value)
        });
        field.filter(|value| !value.is_null())
    }

    /// A text. A number is the text of its digits.
    pub(crate) fn optional_text(&self, name: &str) -> Read<Option<String>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(other) => Err(wrong(name, "a text", other)),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Read<String> {
        self.optional_text(name)?.ok_or_else(|| missing(name, "a text"))
    }

    /// A list of texts; absent is empty.
    pub(crate) fn texts(&self, name: &str) -> Read<Vec<String>> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        let texts = list_of(value).and_then(|list| {
            list.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        });
        texts.ok_or_else(|| wrong(name, "a list of texts", value))
    }

    /// A yes or no; absent is `None`.
    pub(crate) fn flag(&self, name: &str) -> Read<Option<bool>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let flag = match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) => text.trim().to_ascii_lowercase().parse().ok(),
            _ => None,
        };
        flag.map(Some).ok_or_else(|| wrong(name, "true or false", value))
    }

    /// A number; absent is `None`. `form` says what it is.
    pub(crate) fn number(&self, name: &str, range: RangeInclusive<f64>, form: &str) -> Read<Option<f64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = number_of(value).filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| wrong(name, form, value))
    }

    /// A whole number that is at least 1; above the limit it is the limit. Absent is `None`.
    pub(crate) fn count(&self, name: &str, limit: u32) -> Read<Option<u32>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let form = || format!("1 to {limit}");
        let count = number_of(value).map(f64::round).filter(|count| *count >= 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
        let count = count.map(|count| (count as u32).min(limit));
        count.map(Some).ok_or_else(|| wrong(name, &form(), value))
    }

    /// A whole number; absent is `None`. `form` says what it is.
    pub(crate) fn whole_number(&self, name: &str, form: &str) -> Read<Option<i64>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        whole_number_of(value).map(Some).ok_or_else(|| wrong(name, form, value))
    }

    /// `N` whole numbers, such as a point; absent is `None`. `form` shows how they are written.
    pub(crate) fn whole_numbers<const N: usize>(&self, name: &str, form: &str) -> Read<Option<[i64; N]>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        numbers_of(value).map(Some).ok_or_else(|| wrong(name, form, value))
    }

    /// One of several words, which models also write in upper case or with hyphens.
    pub(crate) fn one_of<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Read<T> {
        let form = || alternatives(&words.iter().map(|(word, _)| *word).collect::<Vec<_>>());
        let value = self.get(name).ok_or_else(|| missing(name, &form()))?;
        let written = value.as_str().map(str::trim).unwrap_or_default();
        let found = words.iter().find(|(word, _)| is_spelling_of(written, word));
        found.map(|(_, meant)| *meant).ok_or_else(|| wrong(name, &form(), value))
    }
}

/// Such as `up, down or left`.
pub(crate) fn alternatives(words: &[&str]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// The object in a JSON text, which may be encoded twice.
fn unwrapped(text: &str) -> Map<String, Value> {
    match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => fields,
        Ok(Value::String(inner)) => match serde_json::from_str(&inner) {
            Ok(Value::Object(fields)) => fields,
            _ => Map::new(),
        },
        _ => Map::new(),
    }
}

/// Whether a name is spelled otherwise: in another case, or with hyphens, spaces or nothing in place of underscores.
pub(crate) fn is_spelling_of(written: &str, name: &str) -> bool {
    let letters = |text: &str| -> Vec<char> {
        let letters = text.chars().filter(|letter| !matches!(letter, '_' | '-' | ' '));
        letters.flat_map(char::to_lowercase).collect()
    };
    written == name || letters(written) == letters(name)
}

/// A list, also as its JSON text.
pub(crate) fn list_of(value: &Value) -> Option<Cow<'_, [Value]>> {
    match value {
        Value::Array(list) => Some(Cow::Borrowed(list)),
        Value::String(text) => serde_json::from_str(text).ok().map(Cow::Owned),
        _ => None,
    }
}

/// What is wrong about a value.
pub(crate) fn wrong(name: &str, form: &str, value: &Value) -> String {
    format!("'{name}' must be {form}, not {}.", quoted(value))
}

pub(crate) fn missing(name: &str, form: &str) -> String {
    format!("'{name}' is missing; it must be {form}.")
}

/// A value as the model wrote it, in one short line.
fn quoted(value: &Value) -> String {
    let text = one_line(&value.to_string());
    match text.char_indices().nth(QUOTED_CHARS) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests;
