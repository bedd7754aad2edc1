//! Thinking that a model writes between tags at the beginning of its text, where its server does not take it out.

/// The tags, as models write them.
const TAGS: [Tag; 3] = [
    Tag { open: "<think>", close: "</think>" },
    Tag { open: "<thinking>", close: "</thinking>" },
    Tag { open: "[THINK]", close: "[/THINK]" },
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag {
    open: &'static str,
    close: &'static str,
}

/// Takes the thinking out of a text that arrives in pieces.
#[derive(Debug, Default)]
pub(crate) struct ThinkTags {
    place: Place,
    /// What may be a part of a tag, or white space beside one.
    held: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing but white space and perhaps a part of a tag so far.
    #[default]
    Beginning,
    /// After the opening tag, nothing but white space so far.
    Opened(Tag),
    Inside(Tag),
    /// After the closing tag, nothing but white space so far.
    Closed,
    /// In the text. Tags in it are part of it.
    Text,
}

/// What a piece of text is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Thinking(String),
    Text(String),
}

impl ThinkTags {
    /// Takes a piece. Returns what it adds.
    pub(crate) fn take(&mut self, piece: &str) -> Vec<Part> {
        self.held.push_str(piece);
        let mut parts = Vec::new();
        while let Some(next) = self.step(&mut parts) {
            self.place = next;
        }
        parts
    }

    /// What is still held when the text has ended.
    pub(crate) fn end(&mut self) -> Option<Part> {
        let held = std::mem::take(&mut self.held);
        match self.place {
            _ if held.is_empty() => None,
            Place::Opened(_) | Place::Inside(_) => {
                let text = held.trim();
                (!text.is_empty()).then(|| Part::Thinking(held.trim_end().to_owned()))
            }
            _ => Some(Part::Text(held)),
        }
    }

    /// Goes to the next place, if what is held says which.
    fn step(&mut self, parts: &mut Vec<Part>) -> Option<Place> {
        match self.place {
            Place::Beginning => {
                let text = self.held.trim_start();
                if let Some((tag, rest)) =
                    TAGS.iter().find_map(|tag| Some((tag, text.strip_prefix(tag.open)?)))
                {
                    self.held = rest.to_owned();
                    return Some(Place::Opened(*tag));
                }
                let undecided = TAGS.iter().any(|tag| tag.open.starts_with(text));
                (!undecided).then_some(Place::Text)
            }
            Place::Opened(tag) => {
                self.held = self.held.trim_start().to_owned();
                (!self.held.is_empty()).then_some(Place::Inside(tag))
            }
            Place::Inside(tag) => {
                if let Some((thinking, text)) = self.held.split_once(tag.close) {
                    let thinking = thinking.trim_end().to_owned();
                    self.held = text.to_owned();
                    parts.extend((!thinking.is_empty()).then_some(Part::Thinking(thinking)));
                    return Some(Place::Closed);
                }
                let sure = sure(&self.held, tag.close);
                let held = self.held.split_off(sure);
                let thinking = std::mem::replace(&mut self.held, held);
                parts.extend((!thinking.is_empty()).then_some(Part::Thinking(thinking)));
                None
            }
            Place::Closed => {
                self.held = self.held.trim_start().to_owned();
                (!self.held.is_empty()).then_some(Place::Text)
            }
            Place::Text => {
                let text = std::mem::take(&mut self.held);
                parts.extend((!text.is_empty()).then_some(Part::Text(text)));
                None
            }
        }
    }
}

/// The length of the beginning that is surely no part of the closing tag, nor white space before it.
fn sure(text: &str, close: &str) -> usize {
    let longest = close
        .char_indices()
        .rev()
        .find(|(length, _)| close.get(..*length).is_some_and(|part| text.ends_with(part)));
    let before_tag = text.len() - longest.map_or(0, |(length, _)| length);
    text.get(..before_tag).map_or(0, |text| text.trim_end().len())
}

/// Splits a text that begins with thinking whose opening tag stands in the prompt, so that the model writes only the
/// closing one: at the end of a line, and not in a quotation.
pub(crate) fn split_unopened(text: &str) -> Option<(&str, &str)> {
    TAGS.iter().find_map(|tag| {
        let (thinking, rest) = text.split_once(tag.close)?;
        let ends_line =
            rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n') || rest.trim().is_empty();
        let quoted =
            thinking.contains(tag.open) || thinking.ends_with('`') || super::text_calls::in_code(thinking);
        (ends_line && !quoted).then(|| (thinking.trim(), rest.trim_start()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The thinking and the text of a text that arrives in these pieces.
    fn of<'a>(pieces: impl IntoIterator<Item = &'a str>) -> (String, String) {
        let mut tags = ThinkTags::default();
        let mut parts: Vec<Part> = pieces.into_iter().flat_map(|piece| tags.take(piece)).collect();
        parts.extend(tags.end());
        let (mut thinking, mut text) = (String::new(), String::new());
        for part in parts {
            match part {
                Part::Thinking(part) => thinking.push_str(&part),
                Part::Text(part) => text.push_str(&part),
            }
        }
        (thinking, text)
    }

    #[test]
    fn thinking_is_found_however_the_text_is_cut() {
        for (whole, thinking, text) in [
            ("<think>\nHm, ä < b.\n\nSo.\n</think>\n\nYes </think>.", "Hm, ä < b.\n\nSo.", "Yes </think>."),
            ("\n <think></think>\n\nYes.", "", "Yes."),
            ("<thinking>Hm.</thinking>Yes.", "Hm.", "Yes."),
            ("[THINK]Hm.[/THINK]Yes.", "Hm.", "Yes."),
            ("<think>Hm. </thin", "Hm. </thin", ""),
            ("<think>", "", ""),
            ("<thin", "", "<thin"),
            ("  <b>Yes</b>", "", "  <b>Yes</b>"),
            ("Write <think>.", "", "Write <think>."),
            ("", "", ""),
        ] {
            let expected = (thinking.to_owned(), text.to_owned());
            assert_eq!(of([whole]), expected, "{whole}");
            let letters: Vec<String> = whole.chars().map(String::from).collect();
            assert_eq!(of(letters.iter().map(String::as_str)), expected, "{whole}");
            for (cut, _) in whole.char_indices() {
                assert_eq!(of([&whole[..cut], &whole[cut..]]), expected, "{whole} at {cut}");
            }
        }
    }

    #[test]
    fn an_opening_tag_in_the_prompt_is_not_needed() {
        assert_eq!(split_unopened("Hm.\n</think>\n\nYes."), Some(("Hm.", "Yes.")));
        assert_eq!(split_unopened("Hm.</think>"), Some(("Hm.", "")));
        for quoted in [
            "The tag is `</think>`\nand",
            "It ends with </think> always.",
            "Like <think>\nHm.\n</think>\nso.",
            "```\nHm.\n</think>\n```",
            "Nothing.",
        ] {
            assert_eq!(split_unopened(quoted), None, "{quoted}");
        }
    }
}
