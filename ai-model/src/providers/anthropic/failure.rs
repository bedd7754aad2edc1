//! What went wrong with one request, and whether to try it again.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::Deserialize;

use super::dialect::Dialect;
use crate::providers::ProviderError;

/// A request that gave no turn.
#[derive(Debug)]
pub(super) struct Failure {
    /// What a person is told, should it be the last try.
    pub(super) error: ProviderError,
    /// What to do about it.
    pub(super) remedy: Remedy,
}

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Nothing helps.
    None,
    /// Try again, waiting longer each time.
    Backoff,
    /// Try again, not before this.
    After(Duration),
    /// The model does not know the tool: try an older dialect.
    StepDown,
}

#[derive(Deserialize, Default)]
struct ErrorBody {
    #[serde(default)]
    error: ErrorDetail,
}

#[derive(Deserialize, Default)]
struct ErrorDetail {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    message: String,
}

/// Where a failed request went, for the words of its error.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    /// The model.
    pub(super) model: &'a str,
    /// The dialect, when tools were declared.
    pub(super) dialect: Option<Dialect>,
}

impl Failure {
    fn new(error: ProviderError, remedy: Remedy) -> Self {
        Self { error, remedy }
    }

    /// The connection can't be made, or broke.
    pub(super) fn network(host: &str, error: reqwest::Error) -> Self {
        // An address that makes no request will not do so the next time either.
        let remedy = if error.is_builder() { Remedy::None } else { Remedy::Backoff };
        tracing::warn!(error = %error.without_url(), "the model API can't be reached");
        Self::new(ProviderError::NetworkUnreachable { host: host.to_owned() }, remedy)
    }

    /// The stream made no sense, or ended before the turn did.
    pub(super) fn broken_stream() -> Self {
        let message = "the answer broke off".to_owned();
        Self::new(ProviderError::Vendor { message }, Remedy::Backoff)
    }

    /// An error in the middle of a stream.
    pub(super) fn from_stream(kind: &str, message: String) -> Self {
        match kind {
            "overloaded_error" => Self::new(ProviderError::Overloaded, Remedy::Backoff),
            "rate_limit_error" => Self::new(ProviderError::RateLimited, Remedy::Backoff),
            "authentication_error" => Self::new(ProviderError::ApiKeyRefused, Remedy::None),
            "billing_error" => Self::new(ProviderError::Billing, Remedy::None),
            "request_too_large" => Self::new(ProviderError::TooLarge, Remedy::None),
            "invalid_request_error" => Self::new(ProviderError::RequestRejected { message }, Remedy::None),
            _ => Self::new(ProviderError::Vendor { message }, Remedy::Backoff),
        }
    }

    /// An answer with an error's status.
    pub(super) fn from_response(
        status: StatusCode,
        headers: &HeaderMap,
        body: &str,
        target: Target<'_>,
    ) -> Self {
        let ErrorBody { error: ErrorDetail { r#type, message } } =
            serde_json::from_str(body).unwrap_or_default();
        let message = if message.is_empty() { format!("status {status}") } else { message };
        let model = || target.model.to_owned();
        match status.as_u16() {
            400 if names_tool(&message, target.dialect) => {
                Self::new(ProviderError::RequestRejected { message }, Remedy::StepDown)
            }
            400 if message.contains("credit balance") => Self::new(ProviderError::Billing, Remedy::None),
            400 if message.contains("prompt is too long") => {
                Self::new(ProviderError::ContextWindowExceeded, Remedy::None)
            }
            401 => Self::new(ProviderError::ApiKeyRefused, Remedy::None),
            402 => Self::new(ProviderError::Billing, Remedy::None),
            403 => Self::new(ProviderError::PermissionDenied { model: model() }, Remedy::None),
            404 if r#type == "not_found_error" => {
                Self::new(ProviderError::ModelNotFound { model: model() }, Remedy::None)
            }
            413 => Self::new(ProviderError::TooLarge, Remedy::None),
            429 => match retry_after(headers) {
                Some(delay) => Self::new(ProviderError::RateLimited, Remedy::After(delay)),
                // Without a time to wait it is the account's own limit, which waiting does not lift.
                None => Self::new(ProviderError::SpendLimit, Remedy::None),
            },
            529 => Self::new(ProviderError::Overloaded, later(headers)),
            408 | 409 | 500..=599 => Self::new(ProviderError::Vendor { message }, later(headers)),
            _ => Self::new(ProviderError::RequestRejected { message }, Remedy::None),
        }
    }
}

/// Whether the vendor's words are about the computer tool's version.
fn names_tool(message: &str, dialect: Option<Dialect>) -> bool {
    dialect.is_some_and(|dialect| message.contains(dialect.tool_type()))
}

fn later(headers: &HeaderMap) -> Remedy {
    retry_after(headers).map_or(Remedy::Backoff, Remedy::After)
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
