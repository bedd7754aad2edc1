//! Classifies the vendor's errors.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use super::events::{Misalignment, WireError};
use super::{VENDOR, misalignment};
use crate::providers::ModelError;
use crate::providers::http::failure::{Failure, Remedy, later, retry_after};

#[derive(Deserialize, Default)]
struct ErrorBody {
    #[serde(default)]
    error: ErrorDetail,
}

#[derive(Deserialize, Default)]
pub(super) struct ErrorDetail {
    #[serde(default)]
    message: String,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    param: Option<String>,
    #[serde(default)]
    misalignment: Option<Misalignment>,
}

impl ErrorDetail {
    /// Parses the error in a body.
    pub(super) fn read(body: &str) -> Self {
        serde_json::from_str::<ErrorBody>(body).unwrap_or_default().error
    }

    /// Whether the account may not request reasoning summaries.
    pub(super) fn refuses_summaries(&self) -> bool {
        self.param.as_deref() == Some("reasoning.summary")
    }
}

/// A response with an error status.
pub(super) fn from_response(
    status: StatusCode,
    headers: &HeaderMap,
    detail: ErrorDetail,
    model: &str,
) -> Failure {
    let vendor = &VENDOR;
    let code = detail.code.unwrap_or_default();
    let explained = detail.misalignment.as_ref().and_then(Misalignment::explanation);
    let message = if detail.message.is_empty() { format!("status {status}") } else { detail.message };
    let model = || model.to_owned();
    let permanent = |error| Failure::new(error, Remedy::None);
    match (status.as_u16(), code.as_str()) {
        (_, "insufficient_quota" | "billing_hard_limit_reached") => {
            permanent(ModelError::SpendLimit { vendor })
        }
        (400, "content_filter") => permanent(ModelError::Refusal { explanation: Some(message) }),
        (_, misalignment::CODE) => {
            permanent(ModelError::Refusal { explanation: Some(explained.unwrap_or(message)) })
        }
        (_, "context_length_exceeded") => permanent(ModelError::ContextWindowExceeded),
        (_, "model_not_found") => permanent(ModelError::ModelNotFound { vendor, model: model() }),
        (401, _) => permanent(ModelError::ApiKeyRefused { vendor }),
        (402, _) => permanent(ModelError::Billing { vendor }),
        (403, _) => permanent(ModelError::PermissionDenied { vendor, model: model() }),
        (404, _) => permanent(ModelError::ModelNotFound { vendor, model: model() }),
        (413, _) => permanent(ModelError::TooLarge),
        (429, _) => match retry_after(headers) {
            Some(wait) => Failure::new(ModelError::RateLimited { vendor }, Remedy::After(wait)),
            None => Failure::new(ModelError::RateLimited { vendor }, Remedy::Backoff),
        },
        (503, _) => Failure::new(ModelError::Overloaded { vendor }, later(headers)),
        (408 | 409 | 500..=599, _) => Failure::new(ModelError::Vendor { vendor, message }, later(headers)),
        _ => permanent(ModelError::RequestRejected { vendor, message }),
    }
}

/// An error in the middle of a stream.
pub(super) fn from_event(error: Option<WireError>) -> Failure {
    let vendor = &VENDOR;
    let WireError { code, message, misalignment } = error.unwrap_or_default();
    let message = misalignment.as_ref().and_then(Misalignment::explanation).or(message);
    let code = code.unwrap_or_default();
    let message = message.filter(|message| !message.is_empty()).unwrap_or_else(|| code.clone());
    match code.as_str() {
        "rate_limit_exceeded" => Failure::new(ModelError::RateLimited { vendor }, Remedy::Backoff),
        "insufficient_quota" => Failure::new(ModelError::SpendLimit { vendor }, Remedy::None),
        "context_length_exceeded" => Failure::new(ModelError::ContextWindowExceeded, Remedy::None),
        "server_is_overloaded" | "slow_down" => {
            Failure::new(ModelError::Overloaded { vendor }, Remedy::Backoff)
        }
        "" | "server_error" | "vector_store_timeout" => {
            Failure::new(ModelError::Vendor { vendor, message }, Remedy::Backoff)
        }
        "bio_policy" => {
            let error = ModelError::PolicyRefusal { category: "bio", explanation: Some(message) };
            Failure::new(error, Remedy::None)
        }
        misalignment::CODE | "image_content_policy_violation" => {
            Failure::new(ModelError::Refusal { explanation: Some(message) }, Remedy::None)
        }
        _ => Failure::new(ModelError::RequestRejected { vendor, message }, Remedy::None),
    }
}
