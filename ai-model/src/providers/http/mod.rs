//! Requests to vendors over HTTP.
//!
//! Reading order: `client` is the HTTP client, `endpoint` says where a request is sent, `exchange` sends it and reads
//! the stream, `failure` classifies what went wrong, `retry` chooses the delay before the next attempt.

pub(crate) mod client;
pub(crate) mod endpoint;
pub(crate) mod exchange;
pub(crate) mod failure;
pub(crate) mod retry;
