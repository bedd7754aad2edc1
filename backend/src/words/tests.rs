//! Proves that the catalogues are complete: every reason has a line in every language, with the same facts, and no line is
//! without a reason.

use std::collections::BTreeSet;

use fluent_bundle::FluentResource;
use protocol::reason::{Facts, Line, VARIANT};

use super::catalogue::{Catalogue, source};
use super::{BackendReason, Language};

/// Lines that other lines and the catalogue itself use.
const SHARED: [&str; 1] = ["unknown_reason"];

/// The reasons of this service and of the model service.
fn lines() -> impl Iterator<Item = &'static Line> {
    BackendReason::LINES.iter()
}

/// The code of a line, and values for its facts but one.
fn facts_without(line: &Line, left_out: Option<&str>) -> (&'static str, Facts) {
    let (code, variant) =
        line.key.split_once('.').map_or((line.key, None), |(code, variant)| (code, Some(variant)));
    let mut facts = Facts::default();
    if let Some(variant) = variant {
        facts.insert(VARIANT, variant);
    }
    for fact in line.facts.iter().filter(|fact| Some(**fact) != left_out) {
        facts.insert(fact, 7_u64);
    }
    (code, facts)
}

/// The keys of a file: `code` for a line with a text, and `code.variant`.
fn keys(language: Language) -> BTreeSet<String> {
    let mut code = "";
    let mut keys = BTreeSet::new();
    for line in source(language).lines() {
        let Some((name, text)) = line.split_once(" =") else { continue };
        match name.strip_prefix("    .") {
            Some(variant) => {
                keys.insert(format!("{code}.{variant}"));
            }
            None if name.starts_with([' ', '#']) => {}
            None => {
                code = name;
                if !text.trim().is_empty() {
                    keys.insert(name.to_owned());
                }
            }
        }
    }
    keys
}

#[test]
fn the_files_have_no_mistakes() {
    for language in Language::ALL {
        let parsed = FluentResource::try_new(source(language).to_owned());
        assert!(parsed.is_ok(), "{}: {:?}", language.tag(), parsed.err().map(|(_, errors)| errors));
        let names: Vec<&str> = source(language)
            .lines()
            .filter(|line| !line.starts_with([' ', '#']))
            .filter_map(|line| line.split_once(" ="))
            .map(|(name, _)| name)
            .collect();
        let different: BTreeSet<&&str> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{} has a line twice", language.tag());
    }
}

#[test]
fn every_reason_has_a_line_that_names_its_facts() {
    for language in Language::ALL {
        let catalogue = Catalogue::of(language);
        for line in lines() {
            let (code, facts) = facts_without(line, None);
            assert!(catalogue.line(code, &facts).is_ok(), "{}: {}", language.tag(), line.key);
            for fact in line.facts {
                let (code, facts) = facts_without(line, Some(fact));
                let worded = catalogue.line(code, &facts);
                assert!(worded.is_err(), "{}: {} does not name `{fact}`", language.tag(), line.key);
            }
        }
    }
}

#[test]
fn no_line_is_without_a_reason() {
    let mut expected: BTreeSet<String> = lines().map(|line| line.key.to_owned()).collect();
    assert_eq!(expected.len(), lines().count(), "two reasons have one key");
    expected.extend(SHARED.map(str::to_owned));
    for language in Language::ALL {
        let keys = keys(language);
        let difference: Vec<_> = keys.symmetric_difference(&expected).collect();
        assert!(difference.is_empty(), "{}: {difference:?}", language.tag());
    }
}

/// A reason that nothing gives would have lines that nobody reads.
#[test]
fn every_reason_is_given() {
    let sources = sources(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    for line in BackendReason::LINES {
        let is_given = |text: &String| {
            ["BackendReason::", "Self::"].iter().any(|path| names(text, &format!("{path}{}", line.name)))
        };
        assert!(sources.iter().any(is_given), "nothing gives {}", line.name);
    }
}

/// Whether a text has an identifier, and not only a longer one.
fn names(text: &str, identifier: &str) -> bool {
    text.match_indices(identifier)
        .any(|(at, _)| !text[at + identifier.len()..].starts_with(|next: char| next.is_alphanumeric()))
}

/// The Rust files below a folder that name the reasons.
fn sources(folder: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts.extend(sources(path.to_str().unwrap()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            texts.extend(std::fs::read_to_string(path).ok().filter(|text| text.contains("BackendReason")));
        }
    }
    texts
}
