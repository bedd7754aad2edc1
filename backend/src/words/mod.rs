//! What people are told, in their language. Everything else hands on reasons: codes with facts.

mod amounts;
mod catalogue;
mod language;
mod reasons;

use protocol::reason::Reason;

use self::catalogue::Catalogue;
pub use self::language::Language;
pub use self::reasons::BackendReason;

/// Words a reason; empty if it has nothing to say.
#[must_use]
pub fn word(language: Language, reason: &Reason) -> String {
    Catalogue::of(language).word(reason)
}

#[cfg(test)]
mod tests;
