//! One key.

use std::fmt;

use protocol::action::Modifier;
use xkeysym::{Keysym, key};

/// The keysyms of characters have this bit, but for those of Latin-1.
const UNICODE: u32 = 0x0100_0000;

/// A key, by what it produces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key(u32);

impl Key {
    pub(crate) const CTRL: Self = Self(key::Control_L);
    pub(crate) const ALT: Self = Self(key::Alt_L);
    pub(crate) const SHIFT: Self = Self(key::Shift_L);
    pub(crate) const RETURN: Self = Self(key::Return);
    pub(crate) const SPACE: Self = Self(key::space);
    pub(crate) const TAB: Self = Self(key::Tab);

    pub(crate) fn new(keysym: u32) -> Self {
        Self(keysym)
    }

    pub(crate) fn of_modifier(modifier: Modifier) -> Self {
        match modifier {
            Modifier::Shift => Self::SHIFT,
            Modifier::Ctrl => Self::CTRL,
            Modifier::Alt => Self::ALT,
            Modifier::Super => Self(key::Super_L),
        }
    }

    /// The keysym of X.
    #[must_use]
    pub fn keysym(self) -> u32 {
        self.0
    }

    /// The modifier that the key of either side is. Meta and Hyper are modifiers of their own.
    #[must_use]
    pub fn modifier(self) -> Option<Modifier> {
        match self.0 {
            key::Meta_L | key::Meta_R | key::Hyper_L | key::Hyper_R => None,
            keysym => modifier_of(keysym),
        }
    }

    /// Whether the key changes what others do, and does nothing alone.
    pub(crate) fn is_modifier(self) -> bool {
        modifier_of(self.0).is_some() || matches!(self.0, key::ISO_Level3_Shift | key::Mode_switch)
    }

    pub(crate) fn is_character(self) -> bool {
        character(self.0).is_some()
    }

    pub(crate) fn name_in_x(self) -> String {
        keysym_name(self.0).unwrap_or_else(|| format!("{:#x}", self.0))
    }

    /// The key of a letter without Shift; any other key itself.
    pub(crate) fn lower(self) -> Self {
        let Some(character) = character(self.0) else { return self };
        let mut lower = character.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(only), None) => Self(keysym_of(only)),
            _ => self,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, character(self.0)) {
            (key::Shift_L, _) => formatter.write_str("shift"),
            (key::Control_L, _) => formatter.write_str("ctrl"),
            (key::Alt_L, _) => formatter.write_str("alt"),
            (key::Super_L, _) => formatter.write_str("super"),
            (_, Some(character)) if !has_a_meaning(character) => write!(formatter, "{character}"),
            _ => formatter.write_str(&self.name_in_x()),
        }
    }
}

/// Whether a character stands for something else in the text of a chord, or can't be seen.
fn has_a_meaning(character: char) -> bool {
    matches!(character, '+' | '-' | '<' | '>' | '^') || character.is_whitespace()
}

/// The character of a keysym that is named after it.
fn character(keysym: u32) -> Option<char> {
    match keysym {
        0x20..=0x7e | 0xa0..=0xff => char::from_u32(keysym),
        UNICODE..=0x0110_ffff => char::from_u32(keysym - UNICODE),
        _ => None,
    }
}

/// The keysym that types a character.
#[must_use]
pub fn keysym_of(character: char) -> u32 {
    match u32::from(character) {
        latin @ (0x20..=0x7e | 0xa0..=0xff) => latin,
        other => UNICODE | other,
    }
}

/// The name of a keysym in X, by which a chord can name it.
#[must_use]
pub fn keysym_name(keysym: u32) -> Option<String> {
    // X has two names for each of these, and the keys themselves have these printed on them.
    let name = match keysym {
        key::Page_Up => "Page_Up",
        key::Page_Down => "Page_Down",
        key::KP_Page_Up => "KP_Page_Up",
        key::KP_Page_Down => "KP_Page_Down",
        _ => Keysym::new(keysym).name()?,
    };
    // The constants have a prefix: `XK_Return`, `XF86XK_AudioPlay`.
    Some(name.replacen("XK_", "", 1))
}

/// The modifier that programs see when the key of a keysym is held, on either side.
#[must_use]
pub fn modifier_of(keysym: u32) -> Option<Modifier> {
    match keysym {
        key::Shift_L | key::Shift_R => Some(Modifier::Shift),
        key::Control_L | key::Control_R => Some(Modifier::Ctrl),
        key::Alt_L | key::Alt_R | key::Meta_L | key::Meta_R => Some(Modifier::Alt),
        key::Super_L | key::Super_R | key::Hyper_L | key::Hyper_R => Some(Modifier::Super),
        _ => None,
    }
}
