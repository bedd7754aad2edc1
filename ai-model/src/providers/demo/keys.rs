//! The names of keys as people write them.

/// The chord in X keysym names, such as `ctrl+s` or `Page_Up`; `None` when a name is not a key.
pub(super) fn chord(words: &str) -> Option<String> {
    let keys: Vec<String> = words.split('+').map(|name| key(name.trim())).collect::<Option<_>>()?;
    Some(keys.join("+"))
}

fn key(name: &str) -> Option<String> {
    let lower = name.to_lowercase().replace([' ', '-'], "_");
    let keysym = match lower.as_str() {
        "return" | "enter" => "Return",
        "escape" | "esc" => "Escape",
        "tab" => "Tab",
        "space" | "spacebar" | "space_bar" => "space",
        "backspace" | "back_space" => "BackSpace",
        "delete" | "del" => "Delete",
        "insert" => "Insert",
        "home" => "Home",
        "end" => "End",
        "up" | "up_arrow" | "arrow_up" => "Up",
        "down" | "down_arrow" | "arrow_down" => "Down",
        "left" | "left_arrow" | "arrow_left" => "Left",
        "right" | "right_arrow" | "arrow_right" => "Right",
        "page_up" | "pageup" => "Page_Up",
        "page_down" | "pagedown" => "Page_Down",
        "menu" => "Menu",
        "print" | "print_screen" => "Print",
        "ctrl" | "control" => "ctrl",
        "shift" => "shift",
        "alt" => "alt",
        "super" | "win" | "windows" | "meta" | "cmd" => "super",
        _ => return single(name).or_else(|| function_key(&lower)),
    };
    Some(keysym.to_owned())
}

/// A letter, digit or sign that has a key of its own.
fn single(name: &str) -> Option<String> {
    let mut chars = name.chars();
    let c = chars.next()?;
    let keysym = match c {
        _ if chars.next().is_some() => return None,
        '-' => "minus",
        '=' => "equal",
        '/' => "slash",
        '.' => "period",
        _ if c.is_ascii_alphanumeric() => return Some(c.to_string()),
        _ => return None,
    };
    Some(keysym.to_owned())
}

fn function_key(lower: &str) -> Option<String> {
    let number: u8 = lower.strip_prefix('f')?.parse().ok()?;
    (1..=12).contains(&number).then(|| format!("F{number}"))
}
