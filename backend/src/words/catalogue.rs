//! The sentences: `backend/locales/*.ftl`, one file for each language, by the code of a reason.

use std::borrow::Cow;
#[expect(clippy::disallowed_types, reason = "catalogues are constants, which only take reading")]
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentMessage, FluentResource, FluentValue};
use protocol::reason::{Fact, Facts, Reason, VARIANT};

use super::amounts;
use super::language::Language;

/// The line for a code that is not known here, such as one of a newer model service.
const UNKNOWN: &str = "unknown_reason";
/// The line that follows the others if several models were asked, and the fact that has their names.
const TRIED: (&str, &str) = ("models_tried", "tried");
/// The line that puts two names next to each other.
const AND: &str = "and";

/// The catalogue of a language.
pub(super) struct Catalogue(FluentBundle<FluentResource>);

/// A fact that a line names is missing, or there is no such line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unspoken;

impl Catalogue {
    /// That of a language.
    #[expect(clippy::disallowed_types, reason = "a constant, which only takes reading")]
    pub(super) fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::English));
        static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::German));
        static PORTUGUESE: LazyLock<Catalogue> =
            LazyLock::new(|| Catalogue::read(Language::BrazilianPortuguese));
        match language {
            Language::English => &ENGLISH,
            Language::German => &GERMAN,
            Language::BrazilianPortuguese => &PORTUGUESE,
        }
    }

    fn read(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(language.tag().parse().into_iter().collect());
        // Marks of direction are of no use in these languages, and confuse programs that look into the text.
        bundle.set_use_isolating(false);
        // A test proves that the files have no mistakes. What is right of a file with mistakes can be used.
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(source(language).to_owned());
        bundle.add_resource_overriding(resource);
        amounts::add_functions(&mut bundle, language);
        Self(bundle)
    }

    /// Words a reason.
    pub(super) fn word(&self, reason: &Reason) -> String {
        let Some(facts) = &reason.facts else { return String::new() };
        let sentence = self.sentence(reason, facts);
        let (line, fact) = TRIED;
        let Some(names) = facts.get(fact) else { return sentence };
        let mut tried = Facts::default();
        tried.insert(fact, names.clone());
        match self.line(line, &tried) {
            Ok(tried) => format!("{sentence} {tried}"),
            Err(Unspoken) => sentence,
        }
    }

    fn sentence(&self, reason: &Reason, facts: &Facts) -> String {
        self.line(&reason.code, facts).unwrap_or_else(|Unspoken| {
            tracing::warn!(reason.code, "a reason has no line in the catalogue");
            let mut code = Facts::default();
            code.insert("code", reason.code.as_str());
            self.line(UNKNOWN, &code).unwrap_or_default()
        })
    }

    /// Words a code, or its variant.
    ///
    /// # Errors
    /// When there is no line for it, or a fact is missing.
    pub(super) fn line(&self, code: &str, facts: &Facts) -> Result<String, Unspoken> {
        let message = self.0.get_message(code).ok_or(Unspoken)?;
        let variant = match facts.get(VARIANT) {
            Some(Fact::Text(variant)) => Some(variant.as_str()),
            _ => None,
        };
        let mut arguments = FluentArgs::new();
        for (name, fact) in facts.iter() {
            arguments.set(name.to_owned(), self.value(name, fact));
        }
        self.text(&message, variant, &arguments)
    }

    fn text(
        &self,
        message: &FluentMessage<'_>,
        variant: Option<&str>,
        arguments: &FluentArgs<'_>,
    ) -> Result<String, Unspoken> {
        let pattern = match variant {
            Some(variant) => message.get_attribute(variant).map(|attribute| attribute.value()),
            None => message.value(),
        };
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern.ok_or(Unspoken)?, Some(arguments), &mut errors);
        if errors.is_empty() { Ok(text.into_owned()) } else { Err(Unspoken) }
    }

    fn value<'a>(&self, name: &str, fact: &'a Fact) -> FluentValue<'a> {
        match fact {
            Fact::Number(number) => FluentValue::from(*number),
            Fact::Text(text) => FluentValue::from(text.as_str()),
            Fact::Names(names) => FluentValue::from(self.enumerated(name, names)),
        }
    }

    /// Names in a row. The line of the fact's name has the words for them.
    fn enumerated(&self, of: &str, names: &[String]) -> String {
        let words = self.0.get_message(of);
        let word = |name: &String| -> String {
            let line = words.as_ref().map(|line| self.text(line, Some(name), &FluentArgs::new()));
            line.and_then(Result::ok).unwrap_or_else(|| name.clone())
        };
        names.iter().map(word).reduce(|before, last| self.both(&before, &last)).unwrap_or_default()
    }

    fn both(&self, before: &str, last: &str) -> String {
        let arguments = FluentArgs::from_iter([("before", Cow::from(before)), ("last", Cow::from(last))]);
        let line = self.0.get_message(AND).map(|line| self.text(&line, None, &arguments));
        line.and_then(Result::ok).unwrap_or_else(|| format!("{before}, {last}"))
    }
}

/// The file of a language.
pub(super) fn source(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../locales/en.ftl"),
        Language::German => include_str!("../../locales/de.ftl"),
        Language::BrazilianPortuguese => include_str!("../../locales/pt-BR.ftl"),
    }
}
