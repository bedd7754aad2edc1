//! The names of keys.

use std::collections::HashMap;
use std::ops::RangeInclusive;
#[expect(clippy::disallowed_types, reason = "names of keys are constants, which only take sorting")]
use std::sync::LazyLock;

use xkeysym::key;

use crate::aliases::{ALIASES, KEYPAD};
use crate::key::{Key, keysym_name, keysym_of};
use crate::signs::{is_no_key, keysym_of_sign};

/// The ranges of keysyms that have names: the standard ones and those of multimedia keyboards.
const NAMED: [RangeInclusive<u32>; 3] = [0x20..=0x20ff, 0xfd00..=0xffff, 0x1008_fe00..=0x1008_ffff];
/// The longest name in bytes.
const LONGEST: usize = 40;
/// The modifiers that have a right side, by their left one, which comes just before it.
const LEFT: [u32; 5] = [key::Shift_L, key::Control_L, key::Alt_L, key::Super_L, key::Hyper_L];

/// Keysyms by their folded names.
#[expect(clippy::disallowed_types, reason = "a constant, which only takes sorting")]
static NAMES: LazyLock<HashMap<String, u32>> = LazyLock::new(|| {
    let named = NAMED.into_iter().flatten().filter_map(|keysym| Some((keysym_name(keysym)?, keysym)));
    // `Eacute` and `eacute` become the same name. Nobody means the capital, so it comes first, and later ones win.
    let (small, capital): (Vec<_>, Vec<_>) = named.partition(|(name, _)| *name == name.to_lowercase());
    let in_x = capital.into_iter().chain(small).map(|(name, keysym)| (folded(&name), keysym));
    in_x.chain(ALIASES.iter().map(|(name, keysym)| ((*name).to_owned(), *keysym))).collect()
});

/// The key with a name in any case and spelling, such as `Page_Down`, `pgdn` or `page down`, or of a single character.
pub(crate) fn find(name: &str) -> Option<Key> {
    let mut characters = name.chars();
    match (characters.next()?, characters.next()) {
        (only, None) => of_character(only),
        _ if name.len() > LONGEST => None,
        _ => of_name(name),
    }
    .map(Key::new)
}

fn of_character(character: char) -> Option<u32> {
    keysym_of_sign(character).or_else(|| (!is_no_key(character)).then(|| keysym_of(character)))
}

fn of_name(name: &str) -> Option<u32> {
    let folded = folded(name);
    if let Some(keysym) = on_keypad(&folded) {
        return Some(keysym);
    }
    // `ctrl-r` and `a e` are two keys, though `ctrlr` and `ae` are names.
    let mut words = name.split(['-', ' ']);
    if name.contains(['-', ' ']) && words.any(|word| word.chars().nth(1).is_none()) {
        return None;
    }
    NAMES.get(&folded).copied().or_else(|| on_one_side(name, &folded)).or_else(|| of_code(name))
}

/// A key of the keypad, such as `Numpad5`, `num_enter` or `kp plus`.
fn on_keypad(folded: &str) -> Option<u32> {
    let rest =
        ["numpad", "keypad", "kp", "num"].into_iter().find_map(|prefix| folded.strip_prefix(prefix))?;
    let name = KEYPAD.iter().find(|(alias, _)| *alias == rest).map_or(rest, |(_, name)| name);
    NAMES.get(&format!("kp{name}")).copied()
}

/// A modifier of one side, such as `Left Shift`, `rctrl`, `alt_l` or `MetaRight`.
fn on_one_side(name: &str, folded: &str) -> Option<u32> {
    // `alt-left` and `alt_left` are Alt with the arrow.
    let is_one_word = !name.contains(['-', ' ', '_']);
    let of_side = |side: &str| {
        let after = folded.strip_suffix(side).filter(|_| is_one_word || side.len() == 1);
        let base = NAMES.get(folded.strip_prefix(side).or(after)?)?;
        LEFT.contains(base).then_some(*base)
    };
    let left = of_side("left").or_else(|| of_side("l"));
    left.or_else(|| of_side("right").or_else(|| of_side("r")).map(|left| left + 1))
}

/// A key as browsers call its place, such as `KeyA` or `Digit5`.
fn of_code(name: &str) -> Option<u32> {
    let mut place = name.strip_prefix("Key").or_else(|| name.strip_prefix("Digit"))?.chars();
    let (only, None) = (place.next()?, place.next()) else { return None };
    (only.is_ascii_uppercase() || only.is_ascii_digit()).then(|| keysym_of(only.to_ascii_lowercase()))
}

/// A name in lower case, without what people put between its words.
pub(crate) fn folded(name: &str) -> String {
    let letters = name.chars().filter(|letter| !matches!(letter, '_' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

/// The names of the keys that keyboards have, folded.
pub(crate) fn usual() -> impl Iterator<Item = (&'static str, Key)> {
    let is_usual = |keysym: u32| matches!(keysym, 0x20..=0x7e | 0xfe00..=0xffff | 0x1008_fe00..=0x1008_ffff);
    let names = NAMES.iter().filter(move |(_, keysym)| is_usual(**keysym));
    names.map(|(name, keysym)| (name.as_str(), Key::new(*keysym)))
}
