//! The title of a page of HTML, which says what answered in place of an API.

/// The most characters of a title.
const LONGEST: usize = 100;

/// The title of a page, in one line; `None` if it has none.
pub(crate) fn title(html: &str) -> Option<String> {
    // Bytes outside ASCII stay in place.
    let lower = html.to_ascii_lowercase();
    let begin = lower.find("<title")?;
    let begin = begin + lower.get(begin..)?.find('>')? + 1;
    let end = lower.get(begin..)?.find('<').map_or(lower.len(), |length| begin + length);
    let title = one_line(&without_entities(html.get(begin..end)?));
    (!title.is_empty()).then_some(title)
}

/// A text in one line of at most [`LONGEST`] characters.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST).collect()
}

fn without_entities(text: &str) -> String {
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let named = part.split_once(';').and_then(|(name, rest)| Some((character(name)?, rest)));
        match named {
            Some((c, rest)) => {
                plain.push(c);
                plain.push_str(rest);
            }
            None => {
                plain.push('&');
                plain.push_str(part);
            }
        }
    }
    plain
}

/// The character of an entity, such as `amp`, `#8212` or `#x2014`.
fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "middot" => '·',
        "hellip" => '…',
        "raquo" => '»',
        "copy" => '©',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_of_plain_text() {
        let of = |html: &str| title(html);
        assert_eq!(of("<html><head><TITLE>\n Log\tin </Title>").as_deref(), Some("Log in"));
        assert_eq!(
            of("<title lang=de>Müller &amp; Söhne &#8212; &#x41;&nope;</title>").as_deref(),
            Some("Müller & Söhne — A&nope;")
        );
        assert_eq!(of("<title>never ends").as_deref(), Some("never ends"));
        assert_eq!(
            of(&format!("<title>{}</title>", "ä".repeat(500))).map(|it| it.chars().count()),
            Some(LONGEST)
        );
        for none in ["", "<html>", "<title></title>", "<title>  \u{1b} </title>", "<title"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
