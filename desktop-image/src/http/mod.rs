//! The edge of the HTTP API: token, extractors, errors and what the log says of a request.

pub mod api_error;
pub(crate) mod extract;
pub(crate) mod request_span;
pub mod token;
