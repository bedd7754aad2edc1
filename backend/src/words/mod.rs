//! What people are told, in their language. Everything else hands on reasons: codes with facts.

mod amounts;
mod catalogue;
mod language;
mod model_change;
mod reasons;

use protocol::reason::{Facts, Reason};
use serde::Deserialize as _;
use serde_json::Value;

use self::catalogue::Catalogue;
pub use self::language::Language;
pub use self::model_change::word_change;
pub use self::reasons::BackendReason;

/// Words a reason; empty if it has nothing to say.
#[must_use]
pub fn word(language: Language, reason: &Reason) -> String {
    Catalogue::of(language).word(reason)
}

/// Words a stored code with its facts; `None` if there are no facts, because there is nothing to say or an earlier version has
/// stored a sentence.
#[must_use]
pub fn word_stored(language: Language, code: &str, facts: Option<&Value>) -> Option<String> {
    let mut facts = Facts::deserialize(facts?).ok()?;
    if code == "spending_limit_reached" && facts.get("used").is_none() {
        // Earlier versions stored no more than the limit, which was used up.
        let limit = facts.get("limit").cloned();
        limit.into_iter().for_each(|limit| facts.insert("used", limit));
    }
    Some(word(language, &Reason { code: code.to_owned(), facts: Some(facts) }))
}

#[cfg(test)]
mod tests;
