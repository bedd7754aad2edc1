//! What several vendors have in common.

pub(crate) mod attachments;
pub(crate) mod effort;
pub(crate) mod foreign_turn;
pub(crate) mod instructions;
pub(crate) mod learned;
pub(crate) mod price;
pub(crate) mod raw_object;
pub(crate) mod screen;
pub(crate) mod setting;
pub(crate) mod stop_reason;
pub(crate) mod takeover;
pub(crate) mod text_calls;
pub(crate) mod think_tags;
pub(crate) mod trimming;
pub(crate) mod vendor;
pub(crate) mod wheel;
