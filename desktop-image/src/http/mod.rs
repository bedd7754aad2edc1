//! The edge of the HTTP API: the token, the extractors, and errors as callers are told them.

pub mod api_error;
pub(crate) mod extract;
pub mod token;
