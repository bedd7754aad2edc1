//! The transcript of a run, as everything above reads it: the loop continues it, the providers write it for their vendors.
//!
//! Reading order: [`conversation`] is the transcript with its screenshots; `decisions` finds what a person said on a call,
//! `vendor_calls` ties our calls to those of a vendor, [`canned_results`] are the results in fixed words.

pub mod canned_results;
mod conversation;
pub(crate) mod decisions;
pub(crate) mod vendor_calls;

pub use conversation::Conversation;
pub(crate) use conversation::{calls_of, text_of};
