//! The signs that keyboards and manuals have for keys.

use xkeysym::key;

/// The keys of signs.
const SIGNS: [(char, u32); 32] = [
    ('⌘', key::Super_L),
    ('❖', key::Super_L),
    ('⊞', key::Super_L),
    ('⌥', key::Alt_L),
    ('⎇', key::Alt_L),
    ('⇧', key::Shift_L),
    ('⌃', key::Control_L),
    ('⎈', key::Control_L),
    ('⇪', key::Caps_Lock),
    ('↵', key::Return),
    ('⏎', key::Return),
    ('↩', key::Return),
    ('⌤', key::KP_Enter),
    ('⎋', key::Escape),
    ('⌫', key::BackSpace),
    ('⌦', key::Delete),
    ('⌧', key::Clear),
    ('⎀', key::Insert),
    ('⇥', key::Tab),
    ('⇤', key::ISO_Left_Tab),
    ('␣', key::space),
    ('↑', key::Up),
    ('↓', key::Down),
    ('←', key::Left),
    ('→', key::Right),
    ('⇞', key::Page_Up),
    ('⇟', key::Page_Down),
    ('↖', key::Home),
    ('↘', key::End),
    ('⎙', key::Print),
    ('⎉', key::Pause),
    ('⏏', key::XF86_Eject),
];

/// The key that a sign stands for.
pub(crate) fn keysym_of_sign(sign: char) -> Option<u32> {
    SIGNS.iter().find(|(known, _)| *known == sign).map(|(_, keysym)| *keysym)
}

/// Whether a character is no key: it can't be seen, or it is a sign for a key that no keyboard here has. As a character it is
/// typed, not pressed.
pub(crate) fn is_no_key(character: char) -> bool {
    let is_sign = matches!(character, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{243f}');
    let is_private = matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    let is_invisible = matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let is_blank = character.is_control() || (character.is_whitespace() && character != ' ');
    is_sign || is_private || is_invisible || is_blank
}
