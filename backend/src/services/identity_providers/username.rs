//! Usernames for people whose account is made by a provider.

use crate::services::account_form::USERNAME_LIMIT;
use crate::text::is_username;

/// The username of somebody whose names there tell none.
const FALLBACK: &str = "user";
/// Room for a number that makes a name unique.
const LENGTH: usize = USERNAME_LIMIT - 8;

/// A username by these names, the best one first. It may be taken.
#[must_use]
pub fn derived<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().find_map(usable).unwrap_or_else(|| FALLBACK.to_owned())
}

/// A username by one name. Of an e-mail address it is what stands before the `@`.
fn usable(name: &str) -> Option<String> {
    let local = name.split('@').next()?.trim();
    let spelled: String = local
        .chars()
        .map(|c| if c.is_whitespace() { '.' } else { c })
        .filter(|c| is_username(c.encode_utf8(&mut [0; 4])))
        .take(LENGTH)
        .collect();
    let trimmed = spelled.trim_matches(|c| "-_.+".contains(c));
    (!trimmed.is_empty() && is_username(trimmed)).then(|| trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_that_makes_a_username_is_taken() {
        for (names, username) in [
            (&["ada", "x@example.com"][..], "ada"),
            (&["ada@example.com"], "ada"),
            (&["", "Ada Lovelace"], "Ada.Lovelace"),
            (&["@", "\u{202e}", "ada"], "ada"),
            (&["a\u{200b}d/a\n"], "ada"),
            // Letters of two scripts could pass for other ones.
            (&["\u{430}da", "grace"], "grace"),
            (&["山田"], "山田"),
            (&["..-", " "], "user"),
            (&[], "user"),
        ] {
            assert_eq!(derived(names.iter().copied()), username, "{names:?}");
        }
        assert_eq!(derived([&*"a".repeat(200)]).len(), LENGTH);
    }
}
