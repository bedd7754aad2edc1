//! A failed request, and whether to try it again.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};

use crate::providers::{Endpoint, ModelError};

/// A request that gave no turn.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What a person is shown if this was the last attempt.
    pub(crate) error: ModelError,
    /// What to do about it.
    pub(crate) remedy: Remedy,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// Trying again is useless.
    None,
    /// Try again, waiting longer each time.
    Backoff,
    /// Try again, not before this.
    After(Duration),
    /// The model does not know the tool: try an older dialect.
    StepDown,
    /// Try again at once: the next request is another one. It does not count as a retry, so whoever says this has
    /// to see that it comes to an end.
    AtOnce,
}

impl Failure {
    /// A failure and what to do about it.
    pub(crate) fn new(error: ModelError, remedy: Remedy) -> Self {
        Self { error, remedy }
    }

    /// The connection can't be made, or broke.
    pub(crate) fn network(endpoint: &Endpoint, error: reqwest::Error) -> Self {
        // An address that makes no request will not do so the next time either.
        let remedy = if error.is_builder() { Remedy::None } else { Remedy::Backoff };
        tracing::warn!(error = %error.without_url(), "the model API can't be reached");
        let host = endpoint.base_url.host_str().unwrap_or_default().to_owned();
        Self::new(ModelError::NetworkUnreachable { vendor: endpoint.vendor, host }, remedy)
    }

    /// The stream made no sense, or ended before the turn did.
    pub(crate) fn broken_stream() -> Self {
        Self::new(ModelError::AnswerBroken, Remedy::Backoff)
    }
}

/// Try again, at the time that the vendor names if it names one.
pub(crate) fn later(headers: &HeaderMap) -> Remedy {
    retry_after(headers).map_or(Remedy::Backoff, Remedy::After)
}

/// Seconds from now before which a try is sure to fail.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
