//! Classifies the vendor's errors.

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::VENDOR;
use crate::providers::ModelError;
use crate::providers::http::failure::{Failure, Remedy};

#[derive(Deserialize, Default)]
struct ErrorDetail {
    #[serde(default)]
    code: u16,
    #[serde(default)]
    message: String,
    #[serde(default)]
    details: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    #[serde(default)]
    reason: Option<String>,
    /// Seconds, such as `34s` or `0.5s`.
    #[serde(default)]
    retry_delay: Option<String>,
    #[serde(default)]
    violations: Vec<Violation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Violation {
    #[serde(default)]
    quota_id: String,
}

/// The vendor's filters, and the categories of refusals by them.
const FILTERS: [(&str, &str); 9] = [
    ("SAFETY", "safety"),
    ("RECITATION", "recitation"),
    ("LANGUAGE", "language"),
    ("BLOCKLIST", "blocklist"),
    ("PROHIBITED_CONTENT", "prohibited_content"),
    ("SPII", "spii"),
    ("ESCALATION", "escalation"),
    ("MODEL_ARMOR", "model_armor"),
    ("JAILBREAK", "jailbreak"),
];

/// A response with an error status. `later` is the remedy that its headers suggest.
pub(super) fn from_response(status: StatusCode, later: Remedy, body: &str, model: &str) -> Failure {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    // Some responses are a list of one error.
    let body = body.as_array().and_then(|list| list.first()).unwrap_or(&body);
    let detail = read(body.get("error").unwrap_or(&Value::Null));
    classify(status.as_u16(), later, detail, model)
}

/// An error in the middle of a stream.
pub(super) fn from_chunk(error: &Value, model: &str) -> Failure {
    let detail = read(error);
    classify(detail.code, Remedy::Backoff, detail, model)
}

/// A turn or a request that the vendor has blocked for this reason.
pub(super) fn refused(reason: &str) -> Failure {
    if reason == "PUP_LIMITED_DISABLED" {
        return permanent(ModelError::AccountLimited { vendor: &VENDOR });
    }
    permanent(match FILTERS.into_iter().find(|(filter, _)| *filter == reason) {
        Some((_, category)) => ModelError::PolicyRefusal { category, explanation: None },
        None => ModelError::Refusal { explanation: Some(format!("the vendor's filter: {reason}")) },
    })
}

/// An error that another attempt would not change.
pub(super) fn permanent(error: ModelError) -> Failure {
    Failure::new(error, Remedy::None)
}

fn read(error: &Value) -> ErrorDetail {
    serde_json::from_value(error.clone()).unwrap_or_default()
}

fn classify(status: u16, later: Remedy, detail: ErrorDetail, model: &str) -> Failure {
    let vendor = &VENDOR;
    let model = || model.to_owned();
    let later = detail.wait().map_or(later, Remedy::After);
    let bad_key = detail.details.iter().any(|it| it.reason.as_deref() == Some("API_KEY_INVALID"));
    let is_daily = detail.is_daily();
    let message = if detail.message.is_empty() { format!("status {status}") } else { detail.message };
    match status {
        _ if bad_key || message.starts_with("API key not valid") => {
            permanent(ModelError::ApiKeyRefused { vendor })
        }
        400 if message.contains("exceeds the maximum number of tokens") => {
            permanent(ModelError::ContextWindowExceeded)
        }
        400 if names_environment(&message) => {
            Failure::new(ModelError::RequestRejected { vendor, message }, Remedy::StepDown)
        }
        400 if message.contains("request payload size exceeds") => permanent(ModelError::TooLarge),
        401 => permanent(ModelError::ApiKeyRefused { vendor }),
        402 => permanent(ModelError::Billing { vendor }),
        403 => permanent(ModelError::PermissionDenied { vendor, model: model() }),
        404 => permanent(ModelError::ModelNotFound { vendor, model: model() }),
        413 => permanent(ModelError::TooLarge),
        429 if is_daily => permanent(ModelError::SpendLimit { vendor }),
        429 => Failure::new(ModelError::RateLimited { vendor }, later),
        503 => Failure::new(ModelError::Overloaded { vendor }, later),
        0 | 408 | 409 | 499..=599 => Failure::new(ModelError::Vendor { vendor, message }, later),
        _ => permanent(ModelError::RequestRejected { vendor, message }),
    }
}

/// Whether an error is about the environment of the computer tool. The vendor's exact words are not known.
fn names_environment(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    message.contains("environment_desktop")
        || (message.contains("computer") && message.contains("environment"))
}

impl ErrorDetail {
    fn wait(&self) -> Option<Duration> {
        let text = self.details.iter().find_map(|detail| detail.retry_delay.as_deref())?;
        Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
    }

    /// Whether it is a daily limit.
    fn is_daily(&self) -> bool {
        let mut violations = self.details.iter().flat_map(|detail| &detail.violations);
        violations.any(|violation| violation.quota_id.contains("PerDay"))
    }
}
