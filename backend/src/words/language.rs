//! The languages of the catalogue, and which of them a person reads.

use std::cmp::Ordering;

/// A language of the catalogue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// Brazilian Portuguese.
    BrazilianPortuguese,
}

impl Language {
    /// All, in the order in which they are offered to somebody who takes any.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::BrazilianPortuguese];

    /// The BCP 47 tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::BrazilianPortuguese => "pt-BR",
        }
    }

    /// The one that readers of a language understand, such as German for `de-AT`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| main_part(tag).eq_ignore_ascii_case(main_part(language.tag())))
    }

    /// The one that a header `Accept-Language` (RFC 9110, 12.5.4) prefers; English if it names none of them.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let mut ranges: Vec<(&str, f32)> = header.split(',').filter_map(weighted).collect();
        // Stable: of equal weights the first one counts.
        ranges.sort_by(|(_, one), (_, other)| other.partial_cmp(one).unwrap_or(Ordering::Equal));
        let is_named = |language: &Self| ranges.iter().any(|(range, _)| language.is_in(range));
        let wanted = ranges.iter().filter(|(_, weight)| *weight > 0.0);
        let mut found = wanted.filter_map(|(range, _)| match *range {
            "*" => Self::ALL.into_iter().find(|language| !is_named(language)),
            tag => Self::of_tag(tag),
        });
        found.next().unwrap_or_default()
    }

    /// Whether a range of languages, such as `pt` or `pt-BR`, has this one.
    fn is_in(self, range: &str) -> bool {
        let tag = self.tag();
        range.eq_ignore_ascii_case(tag) || range.eq_ignore_ascii_case(main_part(tag))
    }
}

/// The language without its script and region.
fn main_part(tag: &str) -> &str {
    tag.split('-').next().unwrap_or_default()
}

/// An element of `Accept-Language` with its weight; `None` if it is malformed.
fn weighted(element: &str) -> Option<(&str, f32)> {
    let (range, parameter) = match element.split_once(';') {
        Some((range, parameter)) => (range.trim(), Some(parameter)),
        None => (element.trim(), None),
    };
    let weight = match parameter {
        Some(parameter) => {
            let (name, weight) = parameter.split_once('=')?;
            let weight = weight.trim().parse().ok()?;
            (name.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&weight)).then_some(weight)?
        }
        None => 1.0,
    };
    (!range.is_empty()).then_some((range, weight))
}

#[cfg(test)]
mod tests {
    use super::Language::{BrazilianPortuguese as Portuguese, English, German};
    use super::*;

    #[test]
    fn a_header_chooses_the_language() {
        let table = [
            ("", English),
            ("*", English),
            ("de", German),
            ("de-AT", German),
            ("DE-ch", German),
            ("de-Latn-DE-1996", German),
            ("pt", Portuguese),
            ("pt-BR", Portuguese),
            ("pt-PT, en;q=0.9", Portuguese),
            ("fr, de;q=0.5", German),
            ("fr, es;q=0.5", English),
            ("en, de", English),
            ("de, en", German),
            ("en;q=0.8, de;q=0.9, pt;q=0.1", German),
            ("en; q=0.5 , pt-br ; Q=0.7", Portuguese),
            ("de;q=0, pt;q=0.001", Portuguese),
            ("de;q=0", English),
            ("en;q=0, *;q=0.5", German),
            ("en;q=0, de;q=0, *", Portuguese),
            ("fr-FR, *;q=0.1", English),
            ("de;q=high, pt", Portuguese),
            ("de;q=NaN, pt;q=2, en;q=-1, , ;q=1", English),
            ("de;level=1, pt;q=0.2", Portuguese),
            ("ende, dex, p", English),
        ];
        for (header, language) in table {
            assert_eq!(Language::accepted(header), language, "{header:?}");
        }
    }

    #[test]
    fn a_choice_of_another_language_is_none() {
        assert_eq!(Language::of_tag("de-AT"), Some(German));
        assert_eq!(Language::of_tag("pt"), Some(Portuguese));
        assert_eq!(Language::of_tag("fr"), None);
        assert_eq!(Language::of_tag(""), None);
    }
}
