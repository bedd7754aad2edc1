//! The documents that vendors turned out to refuse, so that each is refused once.

use url::Url;

use crate::providers::shared::learned::Learned;

/// A model at an address.
pub(crate) type Subject = (Url, String);

/// Stands for all documents.
const ALL: &str = "";
/// What messages about a document contain, besides the place of the part.
const ABOUT_DOCUMENTS: [&str; 6] = ["document", "pdf", "input_file", "file data", "mime type", "mimetype"];
/// What messages contain about documents as such, and not about this one.
const ABOUT_ALL: [&str; 4] = ["not support", "unsupported", "not available", "unknown"];

/// The documents that models turned out to refuse, by address, model and SHA-256. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct RefusedDocuments(Learned<(Url, String, String), ()>);

impl RefusedDocuments {
    /// Whether a model has refused a document, or all.
    pub(crate) fn has(&self, (address, model): &Subject, sha256: &str) -> bool {
        let known = |what: &str| self.0.get(&(address.clone(), model.clone(), what.to_owned())).is_some();
        known(ALL) || known(sha256)
    }

    /// Remembers that a request with these documents was refused, if its error is about them. Returns whether the next
    /// request differs.
    pub(crate) fn learn(&self, (address, model): &Subject, message: &str, documents: &[String]) -> bool {
        let words = message.to_lowercase();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
        if documents.is_empty() || !says(&ABOUT_DOCUMENTS) {
            return false;
        }
        let all = says(&ABOUT_ALL).then(|| ALL.to_owned());
        let what: Vec<String> = all.map_or_else(|| documents.to_vec(), |all| vec![all]);
        let new = what.into_iter().map(|what| self.0.insert((address.clone(), model.clone(), what), ()));
        // Each is inserted, whatever the others.
        new.filter(Option::is_none).count() > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_learned_once_and_for_its_model_alone() {
        let refused = RefusedDocuments::default();
        let subject = |model: &str| (Url::parse("https://models.example").unwrap(), model.to_owned());
        let sent = ["a".to_owned(), "b".to_owned()];
        assert!(!refused.learn(&subject("m"), "max_tokens: too large", &sent));
        assert!(!refused.learn(&subject("m"), "The PDF specified was not valid.", &[]));
        assert!(refused.learn(&subject("m"), "The PDF specified was not valid.", &sent));
        assert!(!refused.learn(&subject("m"), "The PDF specified was not valid.", &sent));
        assert!(refused.has(&subject("m"), "a") && !refused.has(&subject("m"), "c"));
        assert!(refused.learn(&subject("n"), "This model does not support input_file.", &sent));
        assert!(refused.has(&subject("n"), "c") && !refused.has(&subject("o"), "a"));
    }
}
