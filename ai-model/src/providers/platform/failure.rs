//! What platforms say in front of a vendor's API, each in its own words.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::providers::http::failure::{Failure, Remedy, later};
use crate::providers::{Endpoint, ModelError};

/// Signatures that are too old or from the future.
const SKEWED: [&str; 4] =
    ["Signature expired", "Signature not yet current", "RequestTimeTooSkewed", "Request expired"];
/// AWS does not know the caller.
const UNKNOWN_CALLERS: [&str; 6] = [
    "InvalidSignatureException",
    "UnrecognizedClientException",
    "ExpiredTokenException",
    "MissingAuthenticationTokenException",
    "security token included in the request",
    "request signature we calculated does not match",
];

/// What a platform said in its error.
#[derive(Debug, Default)]
struct Said {
    kind: String,
    message: String,
}

/// A response of a platform with an error status; `None`: the vendor's API says it, in the vendor's words.
pub(crate) fn refused(
    endpoint: &Endpoint,
    status: StatusCode,
    headers: &HeaderMap,
    body: &str,
    model: &str,
) -> Option<Failure> {
    endpoint.signer.as_ref()?;
    let vendor = endpoint.vendor;
    let Said { kind, message } = said(headers, body)?;
    let says = |phrases: &[&str]| phrases.iter().any(|it| kind.contains(it) || message.contains(it));
    let model = || model.to_owned();
    let permanent = |error| Some(Failure::new(error, Remedy::None));
    let told = || if message.is_empty() { format!("status {status}") } else { message.clone() };
    match status.as_u16() {
        _ if says(&SKEWED) => permanent(ModelError::ClockSkewed { vendor }),
        400 | 401 | 403 if says(&UNKNOWN_CALLERS) => permanent(ModelError::ApiKeyRefused { vendor }),
        400 if message.starts_with("API key not valid") => permanent(ModelError::ApiKeyRefused { vendor }),
        401 => permanent(ModelError::ApiKeyRefused { vendor }),
        403 => permanent(ModelError::PermissionDenied { vendor, model: model() }),
        404 => permanent(ModelError::ModelNotFound { vendor, model: model() }),
        424 | 429 | 503 if says(&["ThrottlingException", "Too many requests", "RESOURCE_EXHAUSTED"]) => {
            Some(Failure::new(ModelError::RateLimited { vendor }, later(headers)))
        }
        429 => Some(Failure::new(ModelError::RateLimited { vendor }, later(headers))),
        503 => Some(Failure::new(ModelError::Overloaded { vendor }, later(headers))),
        408 | 409 | 424 | 500..=599 => {
            Some(Failure::new(ModelError::Vendor { vendor, message: told() }, later(headers)))
        }
        _ => None,
    }
}

/// The error of a platform. `None`: it has the form of Anthropic's API, which platforms pass on.
fn said(headers: &HeaderMap, body: &str) -> Option<Said> {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    // Google's responses to streaming requests are a list of one error.
    let body = body.as_array().and_then(|list| list.first()).unwrap_or(&body);
    if body["type"] == "error" && body["error"]["type"].is_string() {
        return None;
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let header = headers.get("x-amzn-errortype").and_then(|kind| kind.to_str().ok()).map(str::to_owned);
    let error = &body["error"];
    let kind = header.or_else(|| text(&body["__type"])).or_else(|| text(&error["status"]));
    let kind = kind.or_else(|| text(&error["code"])).unwrap_or_default();
    let message =
        text(&error["message"]).or_else(|| text(&body["message"])).or_else(|| text(&body["Message"]));
    Some(Said { kind, message: message.unwrap_or_default() })
}
