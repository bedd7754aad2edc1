//! Text of people and desktops that others see.

use unicode_security::{GeneralSecurityProfile as _, MixedScript as _};

/// Characters of usernames besides those of identifiers.
const IN_USERNAMES: &str = "-_.+@";

/// The text without characters that are invisible, or that reverse what follows, so that it can't pass for another: control
/// characters, U+202E and its like, and zero-width characters other than the joiners of scripts and emoji.
#[must_use]
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_deceptive(*c)).collect()
}

fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a username can't pass for another one: letters and digits of one script, without lookalikes that UTS 39
/// excludes, and `-_.+@`.
#[must_use]
pub fn is_username(text: &str) -> bool {
    text.chars().all(|c| c.identifier_allowed() || IN_USERNAMES.contains(c)) && text.is_single_script()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_is_removed_and_what_people_write_stays() {
        assert_eq!(visible("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(visible("a\u{200b}b\u{1b}[31mc\u{2066}d\u{feff}"), "ab[31mcd");
        for kept in ["Übersicht.pdf", "报告 (2).docx", "تقرير.pdf", "👩‍💻.png", "क्‍ष", "a b"]
        {
            assert_eq!(visible(kept), kept);
        }
    }

    #[test]
    fn a_username_has_letters_of_one_script() {
        for name in ["ada", "Ada_Lovelace-1", "ada@example.com", "jürgen", "анна", "山田", "o.neil+work"]
        {
            assert!(is_username(name), "{name}");
        }
        for name in
            ["\u{430}da", "ad\u{200b}a", "ada\u{202e}", "a/b", "ａda", "\u{1d41a}da", "a\u{1b}b", "a,b"]
        {
            assert!(!is_username(name), "{name:?}");
        }
    }
}
