//! Classifies the vendor's errors.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::dialect::Dialect;
use super::{VENDOR, version};
use crate::providers::ModelError;
use crate::providers::http::failure::{Failure, Remedy, later, retry_after};

#[derive(Deserialize, Default)]
struct ErrorBody {
    #[serde(default)]
    error: ErrorDetail,
    /// What AWS says.
    #[serde(default)]
    message: String,
}

#[derive(Deserialize, Default)]
struct ErrorDetail {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    message: String,
}

/// What a failed request was addressed to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) model: &'a str,
    /// The dialect of the declared tools, if there were any.
    pub(super) dialect: Option<Dialect>,
}

impl Failure {
    /// An error in the middle of a stream.
    pub(super) fn from_stream(kind: &str, message: String) -> Self {
        let vendor = &VENDOR;
        match kind {
            "overloaded_error" => Self::new(ModelError::Overloaded { vendor }, Remedy::Backoff),
            "rate_limit_error" => Self::new(ModelError::RateLimited { vendor }, Remedy::Backoff),
            "authentication_error" => Self::new(ModelError::ApiKeyRefused { vendor }, Remedy::None),
            "billing_error" => Self::new(ModelError::Billing { vendor }, Remedy::None),
            "request_too_large" => Self::new(ModelError::TooLarge, Remedy::None),
            "invalid_request_error" => {
                Self::new(ModelError::RequestRejected { vendor, message }, Remedy::None)
            }
            _ => Self::new(ModelError::Vendor { vendor, message }, Remedy::Backoff),
        }
    }

    /// A response with an error status.
    pub(super) fn from_response(
        status: StatusCode,
        headers: &HeaderMap,
        body: &str,
        target: Target<'_>,
    ) -> Self {
        let ErrorBody { error: ErrorDetail { r#type, message }, message: alone } =
            serde_json::from_str(body).unwrap_or_default();
        let message = if message.is_empty() { alone } else { message };
        let message = if message.is_empty() { format!("status {status}") } else { message };
        let vendor = &VENDOR;
        let model = || target.model.to_owned();
        match status.as_u16() {
            400 if names_tool(&message, target.dialect) => {
                Self::new(ModelError::RequestRejected { vendor, message }, Remedy::StepDown)
            }
            400 if message.contains(version::HEADER) || message.contains(version::FIELD) => {
                Self::new(ModelError::RequestRejected { vendor, message }, Remedy::OlderVersion)
            }
            400 if message.contains("credit balance") => {
                Self::new(ModelError::Billing { vendor }, Remedy::None)
            }
            400 if message.contains("prompt is too long") => {
                Self::new(ModelError::ContextWindowExceeded, Remedy::None)
            }
            401 => Self::new(ModelError::ApiKeyRefused { vendor }, Remedy::None),
            402 => Self::new(ModelError::Billing { vendor }, Remedy::None),
            403 => Self::new(ModelError::PermissionDenied { vendor, model: model() }, Remedy::None),
            404 if r#type == "not_found_error" => {
                Self::new(ModelError::ModelNotFound { vendor, model: model() }, Remedy::None)
            }
            413 => Self::new(ModelError::TooLarge, Remedy::None),
            429 => match retry_after(headers) {
                Some(delay) => Self::new(ModelError::RateLimited { vendor }, Remedy::After(delay)),
                // Without a `retry-after` it is the account's own spending limit, which waiting does not lift.
                None => Self::new(ModelError::SpendLimit { vendor }, Remedy::None),
            },
            529 => Self::new(ModelError::Overloaded { vendor }, later(headers)),
            408 | 409 | 500..=599 => Self::new(ModelError::Vendor { vendor, message }, later(headers)),
            _ => Self::new(ModelError::RequestRejected { vendor, message }, Remedy::None),
        }
    }
}

/// Whether the error is about the version of the computer tool, or about its beta.
fn names_tool(message: &str, dialect: Option<Dialect>) -> bool {
    let names = |dialect: Dialect| {
        message.contains(dialect.tool_type()) || dialect.beta().is_some_and(|beta| message.contains(beta))
    };
    dialect.is_some_and(names)
}
