//! Separates keys that may be reported from characters, which are only counted, since they may be a password.

use chords::{Chord, keysym_name, modifier_of};
use protocol::action::Modifier;
use xkeysym::{Keysym, key};

/// How a key may be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// A modifier.
    Modifies(Modifier),
    /// It only selects other characters and is not reported.
    Shifts,
    /// It types a character, which is not reported.
    Character,
    /// It may be reported by name.
    Named(String),
}

impl Key {
    pub(super) fn of(keysym: u32) -> Self {
        if let Some(modifier) = modifier_of(keysym) {
            return Self::Modifies(modifier);
        }
        match keysym {
            key::Caps_Lock | key::Shift_Lock | key::Num_Lock | key::Mode_switch => Self::Shifts,
            key::ISO_Lock..=key::ISO_Level5_Lock => Self::Shifts,
            key::KP_Space | key::KP_Equal | key::KP_Multiply..=key::KP_9 => Self::Character,
            key::ISO_Left_Tab | 0xff00..=0xffff | 0x1008_fe00..=0x1008_ffff => Self::Named(name(keysym)),
            _ => Self::Character,
        }
    }
}

/// The name with which a key action can press the key again.
fn name(keysym: u32) -> String {
    keysym_name(keysym).unwrap_or_else(|| "a key".to_owned())
}

/// The chord of a key with these modifiers held; `None` if it types a character.
pub(super) fn chord(keysym: u32, held: &[Modifier]) -> Option<String> {
    let holds = |modifier| held.contains(&modifier);
    let only = match Key::of(keysym) {
        Key::Modifies(_) | Key::Shifts => return None,
        Key::Named(name) => name,
        Key::Character => {
            let character = Keysym::new(keysym).key_char()?.to_ascii_lowercase();
            // Some keyboards type further characters with both held.
            let third_level = holds(Modifier::Ctrl) && holds(Modifier::Alt);
            let commands = holds(Modifier::Ctrl) || holds(Modifier::Alt) || holds(Modifier::Super);
            if !commands || (third_level && !character.is_ascii_alphanumeric()) {
                return None;
            }
            if character == ' ' { "space".to_owned() } else { character.to_string() }
        }
    };
    let order = [Modifier::Ctrl, Modifier::Alt, Modifier::Shift, Modifier::Super];
    let held: Vec<Modifier> = order.into_iter().filter(|modifier| holds(*modifier)).collect();
    Some(if held.is_empty() { only } else { format!("{}+{only}", Chord::of_modifiers(&held)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Modifier::{Alt, Ctrl, Shift, Super};

    #[test]
    fn characters_are_never_named_but_commands_are() {
        let table: [(u32, &[Modifier], Option<&str>); 17] = [
            (key::a, &[], None),
            (key::A, &[Shift], None),
            (key::space, &[], None),
            (key::at, &[Ctrl, Alt], None),
            (key::KP_7, &[], None),
            (key::EuroSign, &[], None),
            (0x0100_20ac, &[], None),
            (key::Cyrillic_ef, &[], None),
            (key::dead_acute, &[], None),
            (key::Shift_L, &[], None),
            (key::ISO_Level3_Shift, &[], None),
            (key::s, &[Ctrl], Some("ctrl+s")),
            (key::T, &[Shift, Ctrl], Some("ctrl+shift+t")),
            (key::Return, &[], Some("Return")),
            (key::Tab, &[Shift], Some("shift+Tab")),
            (key::F4, &[Alt], Some("alt+F4")),
            (key::KP_Enter, &[Super], Some("super+KP_Enter")),
        ];
        for (keysym, held, told) in table {
            assert_eq!(chord(keysym, held).as_deref(), told, "{keysym:#x} {held:?}");
        }
        assert_eq!(chord(key::space, &[Ctrl]).as_deref(), Some("ctrl+space"));
        assert_eq!(chord(key::Delete, &[Ctrl, Alt]).as_deref(), Some("ctrl+alt+Delete"));
    }
}
