//! Chords that are pressed one after the other.

use std::fmt;
use std::str::FromStr;

use protocol::action::Modifier;

use crate::spelling::{keys_of, read};
use crate::{Chord, ChordError, Key, MAX_CHORDS};

/// One or several chords, at most 20, which are pressed one after the other, such as `Down Down Return`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence(Vec<Chord>);

impl Sequence {
    /// The chord of a list of keys, which models write in upper case. Keys that can't be pressed together, since one comes
    /// twice or is a chord itself, are pressed one after the other.
    ///
    /// # Errors
    /// When a name is no key, when there is none, or when there are too many.
    pub fn of_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self, ChordError> {
        let keys = keys.into_iter().filter(|key| !key.is_empty());
        let read = keys.map(|key| key.parse::<Self>().map(|read| read.0)).collect::<Result<Vec<_>, _>>()?;
        let is_one_chord =
            read.iter().all(|chords| matches!(chords.as_slice(), [chord] if chord.keys().len() == 1));
        let mut sequence = Builder::default();
        let lower = |chord: &Chord| chord.keys().iter().map(|key| key.lower()).collect::<Vec<_>>();
        let mut chords = read.iter().flatten().map(lower);
        if is_one_chord {
            sequence.add(chords.flatten().collect())?;
        } else {
            chords.try_for_each(|chord| sequence.add(chord))?;
        }
        sequence.finish()
    }

    /// The chords.
    #[must_use]
    pub fn chords(&self) -> &[Chord] {
        &self.0
    }

    /// The chord, where only one is expected.
    ///
    /// # Errors
    /// When there are several.
    pub fn into_one(self) -> Result<Chord, ChordError> {
        let [chord] = <[Chord; 1]>::try_from(self.0).map_err(|_| ChordError::Several)?;
        Ok(chord)
    }

    /// The modifiers, each once; `None` if there is any other key.
    #[must_use]
    pub fn modifiers(&self) -> Option<Vec<Modifier>> {
        let mut modifiers = Vec::new();
        for key in self.0.iter().flat_map(Chord::keys) {
            let modifier = key.modifier()?;
            if !modifiers.contains(&modifier) {
                modifiers.push(modifier);
            }
        }
        Some(modifiers)
    }
}

impl FromStr for Sequence {
    type Err = ChordError;

    /// Spaces separate chords, unless they are part of a key's name or follow a modifier.
    fn from_str(text: &str) -> Result<Self, ChordError> {
        let mut sequence = Builder::default();
        if let Some(key) = blank(text) {
            sequence.add(vec![key])?;
        }
        let words = words(text);
        let mut rest = words.as_slice();
        while let [word, after @ ..] = rest {
            rest = after;
            // In `ctrl - c` it separates, in `ctrl -` it is the key.
            if word == "-" && sequence.ends_in_modifiers() && !after.is_empty() {
                continue;
            }
            if let [second, after @ ..] = after
                && let Some(keys) = keys_of_two_words(word, second)
            {
                sequence.add(keys)?;
                rest = after;
                continue;
            }
            sequence.add(keys_of_word(word)?)?;
        }
        sequence.finish()
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before: Option<&Chord> = None;
        for chord in &self.0 {
            let separator = if before.is_some() { " " } else { "" };
            match (before.and_then(|before| before.keys().last()), chord.keys()) {
                // `Left shift` is one key.
                (Some(last), [only]) if only.is_modifier() && !last.is_modifier() => {
                    write!(formatter, "{separator}{}", only.name_in_x())?;
                }
                _ => write!(formatter, "{separator}{chord}")?,
            }
            before = Some(chord);
        }
        Ok(())
    }
}

/// The key of a text that is one blank character.
fn blank(text: &str) -> Option<Key> {
    match text {
        " " => Some(Key::SPACE),
        "\n" | "\r" | "\r\n" => Some(Key::RETURN),
        "\t" => Some(Key::TAB),
        _ => None,
    }
}

/// The words of a text. A plus joins those before and after it, with or without spaces.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in text.split_whitespace() {
        match words.last_mut() {
            Some(word) if ends_open(word) || (part.starts_with('+') && word != "+") => word.push_str(part),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// Whether a key has to follow a word, as in `ctrl+`.
fn ends_open(word: &str) -> bool {
    word.strip_suffix('+').is_some_and(|before| !before.is_empty() && !before.ends_with('+'))
}

/// The keys of two words that are one name, as in `Page Down`, `Numpad 5` or `ctrl+Page Down`. Only keys that type no
/// character have such names: `plus minus` is two.
fn keys_of_two_words(word: &str, second: &str) -> Option<Vec<Key>> {
    let second = second.trim_end_matches(',');
    let is_digit = second.len() == 1 && second.starts_with(|digit: char| digit.is_ascii_digit());
    let is_word = second.len() > 1 && second.chars().all(char::is_alphabetic);
    if !is_digit && !is_word {
        return None;
    }
    read(&format!("{word} {second}")).ok().filter(|keys| keys.last().is_some_and(|key| !key.is_character()))
}

/// The keys of a word, which may have a comma behind it.
fn keys_of_word(word: &str) -> Result<Vec<Key>, ChordError> {
    keys_of(word).or_else(|error| match word.strip_suffix([',', ';']) {
        Some(word) if !word.is_empty() => keys_of(word),
        _ => Err(error),
    })
}

/// The chords that have been read.
#[derive(Default)]
struct Builder(Vec<Vec<Key>>);

impl Builder {
    /// Adds the keys of a chord.
    fn add(&mut self, keys: Vec<Key>) -> Result<(), ChordError> {
        for chord in in_turn(keys) {
            match self.0.last_mut() {
                Some(before) if waits_for(before, &chord) => before.extend(chord),
                _ => self.0.push(chord),
            }
        }
        if self.0.len() > MAX_CHORDS { Err(ChordError::TooManyChords) } else { Ok(()) }
    }

    fn ends_in_modifiers(&self) -> bool {
        self.0.last().is_some_and(|chord| is_all_modifiers(chord))
    }

    fn finish(self) -> Result<Sequence, ChordError> {
        let chords = self.0.into_iter().map(Chord::new).collect::<Result<Vec<_>, _>>()?;
        if chords.is_empty() { Err(ChordError::Empty) } else { Ok(Sequence(chords)) }
    }
}

/// Whether modifiers are held for the next chord, as in `ctrl c`. In `shift shift` they are not.
fn waits_for(before: &[Key], next: &[Key]) -> bool {
    is_all_modifiers(before) && !next.iter().any(|key| before.contains(key))
}

fn is_all_modifiers(keys: &[Key]) -> bool {
    keys.iter().all(|key| key.is_modifier())
}

/// The chords of keys. If one comes twice, each is pressed alone, with the modifiers before it: `ctrl+k+ctrl+s`.
fn in_turn(keys: Vec<Key>) -> Vec<Vec<Key>> {
    if keys.is_empty() {
        return Vec::new();
    }
    let comes_before = |index: usize| keys[..index].iter().any(|key| key.lower() == keys[index].lower());
    if !(0..keys.len()).any(comes_before) {
        return vec![keys];
    }
    let mut chords: Vec<Vec<Key>> = Vec::new();
    let mut held: Vec<Key> = Vec::new();
    let mut is_used = false;
    for key in keys {
        if !key.is_modifier() {
            chords.push(held.iter().copied().chain([key]).collect());
            is_used = true;
            continue;
        }
        if held.contains(&key) && !is_used {
            chords.push(std::mem::take(&mut held));
        }
        if std::mem::take(&mut is_used) {
            held.clear();
        }
        held.push(key);
    }
    if !is_used && !held.is_empty() {
        chords.push(held);
    }
    chords
}
