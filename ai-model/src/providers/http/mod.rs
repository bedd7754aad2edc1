//! Asks a vendor over HTTP.
//!
//! Reading order: `client` is the connection, `endpoint` where a request goes, `exchange` makes it and reads the stream,
//! `failure` says what went wrong, `retry` how long to wait before the next attempt.

pub(crate) mod client;
pub(crate) mod endpoint;
pub(crate) mod exchange;
pub(crate) mod failure;
pub(crate) mod retry;
