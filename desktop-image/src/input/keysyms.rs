//! Key names as people and models write them.

use std::collections::HashMap;

use xkeysym::Keysym;

/// The ranges of keysyms that have names: the standard ones and those of multimedia keyboards.
const NAMED: [std::ops::RangeInclusive<u32>; 3] = [0x20..=0x20ff, 0xfd00..=0xffff, 0x1008_fe00..=0x1008_ffff];

/// Spellings that X does not know, in lower case.
const ALIASES: &[(&str, u32)] = &[
    ("ctrl", xkeysym::key::Control_L),
    ("control", xkeysym::key::Control_L),
    ("shift", xkeysym::key::Shift_L),
    ("alt", xkeysym::key::Alt_L),
    ("option", xkeysym::key::Alt_L),
    ("altgr", xkeysym::key::ISO_Level3_Shift),
    ("meta", xkeysym::key::Super_L),
    ("super", xkeysym::key::Super_L),
    ("win", xkeysym::key::Super_L),
    ("windows", xkeysym::key::Super_L),
    ("cmd", xkeysym::key::Super_L),
    ("command", xkeysym::key::Super_L),
    ("enter", xkeysym::key::Return),
    ("esc", xkeysym::key::Escape),
    ("del", xkeysym::key::Delete),
    ("ins", xkeysym::key::Insert),
    ("bksp", xkeysym::key::BackSpace),
    ("back", xkeysym::key::BackSpace),
    ("spacebar", xkeysym::key::space),
    ("pageup", xkeysym::key::Page_Up),
    ("pgup", xkeysym::key::Page_Up),
    ("page_up", xkeysym::key::Page_Up),
    ("prior", xkeysym::key::Page_Up),
    ("pagedown", xkeysym::key::Page_Down),
    ("pgdn", xkeysym::key::Page_Down),
    ("pgdown", xkeysym::key::Page_Down),
    ("page_down", xkeysym::key::Page_Down),
    ("next", xkeysym::key::Page_Down),
    ("arrowup", xkeysym::key::Up),
    ("arrowdown", xkeysym::key::Down),
    ("arrowleft", xkeysym::key::Left),
    ("arrowright", xkeysym::key::Right),
    ("up_arrow", xkeysym::key::Up),
    ("down_arrow", xkeysym::key::Down),
    ("left_arrow", xkeysym::key::Left),
    ("right_arrow", xkeysym::key::Right),
    ("capslock", xkeysym::key::Caps_Lock),
    ("numlock", xkeysym::key::Num_Lock),
    ("scrolllock", xkeysym::key::Scroll_Lock),
    ("printscreen", xkeysym::key::Print),
    ("prtsc", xkeysym::key::Print),
    ("contextmenu", xkeysym::key::Menu),
    ("apps", xkeysym::key::Menu),
    ("dash", xkeysym::key::minus),
    ("hyphen", xkeysym::key::minus),
    ("dot", xkeysym::key::period),
    ("backtick", xkeysym::key::grave),
    ("quote", xkeysym::key::apostrophe),
    ("equals", xkeysym::key::equal),
];

/// The name of a keysym, with which [`KeysymNames::find`] finds it.
#[must_use]
pub fn keysym_name(keysym: u32) -> Option<String> {
    // The constants have a prefix: `XK_Return`, `XF86XK_AudioPlay`.
    Some(Keysym::new(keysym).name()?.replacen("XK_", "", 1))
}

/// The table of names, built at the first lookup.
#[derive(Debug, Default)]
pub(super) struct KeysymNames {
    by_name: HashMap<String, u32>,
}

impl KeysymNames {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// The keysym with a case-insensitive name: an alias, an X name, or a single character.
    pub(super) fn find(&mut self, name: &str) -> Option<u32> {
        let mut characters = name.chars();
        if let (Some(only), None) = (characters.next(), characters.next()) {
            return (!only.is_control()).then(|| super::keymap::keysym_of(only));
        }
        if self.by_name.is_empty() {
            self.fill();
        }
        self.by_name.get(&name.to_ascii_lowercase()).copied()
    }

    fn fill(&mut self) {
        for (name, keysym) in ALIASES {
            self.by_name.insert((*name).to_owned(), *keysym);
        }
        for keysym in NAMED.into_iter().flatten() {
            let Some(name) = keysym_name(keysym) else { continue };
            // `Eacute` and `eacute` become the same name. The capital comes first in the table, and nobody means it, so
            // later names win, except over our aliases.
            let name = name.to_ascii_lowercase();
            if ALIASES.iter().all(|(alias, _)| *alias != name) {
                self.by_name.insert(name, keysym);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::KeysymNames;
    use xkeysym::key;

    #[test]
    fn names_are_found_in_any_case_and_spelling() {
        let mut names = KeysymNames::new();
        for (name, keysym) in [
            ("Return", key::Return),
            ("return", key::Return),
            ("ENTER", key::Return),
            ("Page_Down", key::Page_Down),
            ("PageDown", key::Page_Down),
            ("pgdn", key::Page_Down),
            ("Next", key::Page_Down),
            ("BackSpace", key::BackSpace),
            ("Escape", key::Escape),
            ("F12", key::F12),
            ("ctrl", key::Control_L),
            ("Control_R", key::Control_R),
            ("super", key::Super_L),
            ("KP_Enter", key::KP_Enter),
            ("space", key::space),
            ("minus", key::minus),
            ("eacute", key::eacute),
            ("a", key::a),
            ("A", key::A),
            ("€", 0x0100_20ac),
            ("XF86AudioPlay", 0x1008_ff14),
        ] {
            assert_eq!(names.find(name), Some(keysym), "{name}");
        }
        for unknown in ["", "Retrun", "ctrl+s", "\n", "XK_Return"] {
            assert_eq!(names.find(unknown), None, "{unknown:?}");
        }
    }
}
