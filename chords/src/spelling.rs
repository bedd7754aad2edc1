//! Reads the keys of one chord.

use std::borrow::Cow;

use crate::close::close_to;
use crate::names::find;
use crate::signs::keysym_of_sign;
use crate::{ChordError, Key};

/// What separates the keys of a chord.
const SEPARATORS: [char; 2] = ['+', '-'];
/// The longest chord in bytes.
const LONGEST: usize = 400;
/// The most characters of a name that an error quotes.
const QUOTED: usize = 30;

/// The keys of a chord, such as `ctrl+shift+t`, `ctrl-c`, `<ctrl>c`, `C-c`, `^C` or `⌘C`.
///
/// # Errors
/// When a name is no key.
pub(crate) fn keys_of(text: &str) -> Result<Vec<Key>, ChordError> {
    read(text).map_err(|name| ChordError::Unknown { name: one_line(&name), close: close_to(&name) })
}

/// The keys of a chord, or the name that is no key.
pub(crate) fn read(text: &str) -> Result<Vec<Key>, String> {
    if text.len() > LONGEST {
        return Err(text.to_owned());
    }
    let text = without_brackets(text);
    let mut keys = Vec::new();
    let mut rest = text.as_ref();
    while !rest.is_empty() {
        let (key, after) = first(rest).ok_or_else(|| first_name(rest).to_owned())?;
        keys.push(key);
        rest = after;
    }
    Ok(keys)
}

/// The first key of a text, and what follows it.
fn first(text: &str) -> Option<(Key, &str)> {
    if let Some(key) = find(text) {
        return Some((key, ""));
    }
    let character = text.chars().next()?;
    let (written, after) = text.split_at(character.len_utf8());
    if character == '^' {
        return Some((Key::CTRL, without_separator(after)));
    }
    if let Some(keysym) = keysym_of_sign(character) {
        return Some((Key::new(keysym), without_separator(after)));
    }
    // A key is at least one character, which may be a separator.
    SEPARATORS.into_iter().find_map(|separator| {
        let (name, after) = text.split_at(written.len() + after.find(separator)?);
        let of_editors = if separator == '-' { modifier_of_editors(name) } else { None };
        Some((of_editors.or_else(|| find(name))?, without_separator(after)))
    })
}

/// What follows a separator. At the end of a text it is the key itself: `ctrl+` and `ctrl-` change the size of a page.
fn without_separator(text: &str) -> &str {
    let rest = text.strip_prefix(SEPARATORS).unwrap_or_default();
    if rest.is_empty() { text } else { rest }
}

/// The modifier in `C-x` or `M-x`, as Emacs and Vim write them.
fn modifier_of_editors(name: &str) -> Option<Key> {
    match name {
        "C" => Some(Key::CTRL),
        "M" | "A" => Some(Key::ALT),
        "S" => Some(Key::SHIFT),
        _ => None,
    }
}

/// `ctrl+c` for `<ctrl>c`, as GTK and Vim write it.
fn without_brackets(text: &str) -> Cow<'_, str> {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, name, after)) = bracketed(rest) {
        plain.extend([before, name]);
        if !after.is_empty() && !after.starts_with(SEPARATORS) {
            plain.push('+');
        }
        rest = after;
    }
    if plain.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(plain + rest) }
}

fn bracketed(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('<')?;
    let (name, after) = rest.split_once('>')?;
    name.starts_with(char::is_alphanumeric).then_some((before, name, after))
}

fn first_name(text: &str) -> &str {
    text.split('+').find(|name| !name.is_empty()).unwrap_or(text)
}

fn one_line(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(QUOTED).collect()
}
