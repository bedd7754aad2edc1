//! The transcript of a run: the loop continues it, the providers convert it for their vendors.
//!
//! Reading order: [`conversation`] is the transcript with its screenshots; `decisions` finds a person's decisions and
//! answers, `vendor_calls` maps between our calls and those of a vendor, [`canned_results`] are the fixed texts of
//! results.

pub mod canned_results;
mod conversation;
pub(crate) mod decisions;
pub(crate) mod vendor_calls;

pub use conversation::Conversation;
pub(crate) use conversation::{ConversationMessage, calls_of, text_of};
