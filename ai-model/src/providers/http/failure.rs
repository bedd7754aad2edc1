//! A failed request, and whether to retry it.

use std::time::Duration;

use outbound::{Cause, ProxyFault, Unreachable};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use url::Url;

use super::page::one_line;
use super::patience::Patience;
use crate::providers::unreachable::Server;
use crate::providers::{Endpoint, ModelError};

/// A failed request.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The error for the person, if this was the last attempt.
    pub(crate) error: ModelError,
    pub(crate) remedy: Remedy,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Retrying is useless.
    None,
    /// Retry, waiting longer each time.
    Backoff,
    /// Retry, but not before this time has passed.
    After(Duration),
    /// The model does not support the tool: try an older dialect.
    StepDown,
    /// The server does not know the version of the API: try an older one.
    OlderVersion,
    /// There is no such API here: try another form of the address.
    OtherAddress,
    /// Retry immediately, because the next request differs. This does not count as a retry, so it must not be returned
    /// without end.
    Immediately,
}

impl Failure {
    /// A failure and what to do about it.
    pub(crate) fn new(error: ModelError, remedy: Remedy) -> Self {
        Self { error, remedy }
    }

    /// The request has no response.
    pub(crate) fn network(endpoint: &Endpoint, error: &Unreachable) -> Self {
        tracing::warn!(%error, "the model API can't be reached");
        let server = Server::of(endpoint.vendor, &endpoint.base_url);
        Self::new(ModelError::Unreachable { server, cause: error.cause.clone() }, remedy(&error.cause))
    }

    /// The answer has not begun in time.
    pub(crate) fn silent(endpoint: &Endpoint) -> Self {
        let Patience { first_byte, silence } = endpoint.patience;
        tracing::warn!(first_byte_ms = first_byte.as_millis(), "the model API sends nothing");
        // A server that has been given long to read would begin again.
        let remedy = if first_byte > silence { Remedy::None } else { Remedy::Backoff };
        let (vendor, host, seconds) = (endpoint.vendor, endpoint.host(), first_byte.as_secs());
        Self::new(ModelError::Silent { vendor, host, seconds }, remedy)
    }

    /// What answers at an address is no API of a model: a page with this title, or something else that says this.
    pub(crate) fn not_a_model_api(endpoint: &Endpoint, url: &Url, title: &str) -> Self {
        let mut address = url.clone();
        address.set_query(None);
        // An address without a host has no credentials either.
        let _ = address.set_username("").and_then(|()| address.set_password(None));
        let (vendor, address, title) = (endpoint.vendor, address.into(), one_line(title));
        Self::new(ModelError::NotAModelApi { vendor, address, title }, Remedy::OtherAddress)
    }

    /// The stream was invalid, or ended before the turn was complete.
    pub(crate) fn broken_stream() -> Self {
        Self::new(ModelError::AnswerBroken, Remedy::Backoff)
    }
}

/// Only what may pass by itself is tried again.
fn remedy(cause: &Cause) -> Remedy {
    match cause {
        Cause::Refused(_)
        | Cause::Invalid
        | Cause::Certificate(_)
        | Cause::Tls { .. }
        | Cause::Proxy { fault: ProxyFault::LoginNeeded, .. } => Remedy::None,
        Cause::NameNotFound
        | Cause::ConnectionRefused
        | Cause::ConnectTimeout
        | Cause::Silent
        // A proxy may not reach the server for now; its status is not known.
        | Cause::Proxy { fault: ProxyFault::Unreachable | ProxyFault::Refused, .. }
        | Cause::Lost => Remedy::Backoff,
    }
}

/// Retry at the time that the vendor names, if it does.
pub(crate) fn later(headers: &HeaderMap) -> Remedy {
    retry_after(headers).map_or(Remedy::Backoff, Remedy::After)
}

/// The value of `retry-after`, in seconds.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
