//! Conformance with the Messages API: what Anthropic's documentation requires of a client with computer use. The fake
//! rejects a request that breaks a rule, and has to accept every request here.

mod declarations;
mod images;
mod prefix;
mod results;
mod screen;
mod transcripts;
