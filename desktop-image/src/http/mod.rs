//! The edge of the HTTP API: token, extractors and errors.

pub mod api_error;
pub(crate) mod extract;
pub mod token;
