//! Chords as models write them. The desktop accepts X's names of keys and those that models use, in any case.

use protocol::action::Modifier;

/// A chord such as `ctrl+shift+t`, from the names that a model uses; `None` without keys.
pub(crate) fn chord<'a>(keys: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let names: Vec<String> = keys.into_iter().filter(|key| !key.is_empty()).map(name).collect();
    (!names.is_empty()).then(|| names.join("+"))
}

/// The keys of a text such as `Control+A`. A plus at the end, or alone, is the key itself.
pub(crate) fn split(text: &str) -> Vec<&str> {
    if let Some(before) = text.strip_suffix('+') {
        let mut keys: Vec<&str> = before.trim_end_matches('+').split('+').map(str::trim).collect();
        keys.retain(|key| !key.is_empty());
        keys.push("+");
        return keys;
    }
    text.split('+').map(str::trim).collect()
}

fn name(key: &str) -> String {
    if let Some(held) = modifier(key) {
        return name_of(held).to_owned();
    }
    match key.trim() {
        "" => "space".to_owned(),
        "+" => "plus".to_owned(),
        // Models write a letter in upper case to mean the key, not the capital.
        letter if letter.chars().count() == 1 => letter.to_lowercase(),
        name => name.to_owned(),
    }
}

/// The modifier that a name stands for.
pub(crate) fn modifier(key: &str) -> Option<Modifier> {
    match key.trim().to_ascii_lowercase().as_str() {
        "shift" => Some(Modifier::Shift),
        "ctrl" | "control" => Some(Modifier::Ctrl),
        "alt" | "option" => Some(Modifier::Alt),
        "super" | "meta" | "win" | "windows" | "cmd" | "command" => Some(Modifier::Super),
        _ => None,
    }
}

/// The name of a modifier for X and the desktop.
pub(crate) fn name_of(modifier: Modifier) -> &'static str {
    match modifier {
        Modifier::Shift => "shift",
        Modifier::Ctrl => "ctrl",
        Modifier::Alt => "alt",
        Modifier::Super => "super",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_get_the_desktops_names() {
        let table = [
            (vec!["CTRL", "A"], "ctrl+a"),
            (vec!["Control", "Shift", "T"], "ctrl+shift+t"),
            (vec!["ARROWLEFT"], "ARROWLEFT"),
            (vec!["ENTER"], "ENTER"),
            (vec!["CMD", "+"], "super+plus"),
            (vec!["option", "F4"], "alt+F4"),
            (vec![" "], "space"),
            (vec!["Backspace"], "Backspace"),
            (vec!["/"], "/"),
        ];
        for (keys, expected) in table {
            assert_eq!(chord(keys.clone()).as_deref(), Some(expected), "{keys:?}");
        }
        assert_eq!(chord([]), None);
        assert_eq!(chord([""]), None);
    }

    #[test]
    fn a_text_is_split_into_keys() {
        assert_eq!(split("Control+A"), ["Control", "A"]);
        assert_eq!(split("ctrl + shift + t"), ["ctrl", "shift", "t"]);
        assert_eq!(split("ctrl++"), ["ctrl", "+"]);
        assert_eq!(split("+"), ["+"]);
        assert_eq!(split("Enter"), ["Enter"]);
    }
}
