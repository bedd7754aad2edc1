//! The HTTP edge: extractors, middleware, and the mapping of errors to responses.

pub mod accept;
pub mod allowed_origins;
pub mod base_path;
pub mod body_pace;
pub mod byte_range;
pub mod client;
mod connection;
pub mod current_user;
pub mod idempotency_key;
pub mod json;
pub mod json_or_form;
pub mod login;
pub mod own_address;
pub mod owned;
pub mod page;
pub mod problem;
pub mod query;
pub mod request_id;
pub mod request_rate;
pub mod same_origin;
pub mod server;
mod service_errors;
pub mod sessions;
pub mod shutting_down;
pub mod user_path;
pub mod wait;
