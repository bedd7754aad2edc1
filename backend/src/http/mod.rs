//! The HTTP edge: extractors, middleware, and the mapping of errors to responses.

pub mod client_address;
pub mod connections;
pub mod current_user;
pub mod idempotency_key;
pub mod json;
pub mod owned;
pub mod prefer;
pub mod problem;
pub mod query;
pub mod request_id;
pub mod same_origin;
mod service_errors;
pub mod sessions;
pub mod shutting_down;
