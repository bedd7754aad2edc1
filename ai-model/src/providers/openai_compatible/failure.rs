//! Classifies the errors of servers, which have no common format.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::VENDOR;
use crate::providers::ModelError;
use crate::providers::http::failure::{Failure, Remedy, later};

/// The message in an error body, wherever it is.
pub(super) fn message_of(body: &str) -> String {
    let value: Value = serde_json::from_str(body).unwrap_or_default();
    let known = ["/error/message", "/error", "/message", "/detail/0/msg", "/detail", "/object"];
    let text = known.iter().find_map(|place| value.pointer(place).and_then(Value::as_str));
    text.map_or_else(|| body.chars().take(300).collect(), str::to_owned)
}

/// A response with an error status.
pub(super) fn from_response(status: StatusCode, headers: &HeaderMap, body: &str, model: &str) -> Failure {
    let message = message_of(body);
    let message = if message.trim().is_empty() { format!("status {status}") } else { message };
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    if json.pointer("/error/code").is_some_and(|code| code == "content_filter") {
        return Failure::new(ModelError::Refusal { explanation: Some(message) }, Remedy::None);
    }
    classify(status.as_u16(), later(headers), message, model)
}

/// An error in the middle of a stream.
pub(super) fn from_chunk(error: &Value, model: &str) -> Failure {
    let text = error.get("message").unwrap_or(error);
    let message = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
    let code = error.get("code").and_then(|code| match code {
        Value::String(code) => code.parse().ok(),
        code => code.as_u64().and_then(|code| u16::try_from(code).ok()),
    });
    classify(code.unwrap_or(500), Remedy::Backoff, message, model)
}

fn classify(status: u16, later: Remedy, message: String, model: &str) -> Failure {
    let vendor = &VENDOR;
    let model = || model.to_owned();
    let permanent = |error| Failure::new(error, Remedy::None);
    let words = message.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    let refused = !matches!(status, 401..=403 | 408 | 429 | 503);
    if refused && says(&NO_VISION) {
        return permanent(ModelError::NoVision { vendor, model: model() });
    }
    if refused && says(&CALLS_OFF) {
        return permanent(ModelError::CallsAsText { model: model() });
    }
    if refused && says(&NO_TOOLS) {
        return permanent(ModelError::NoTools { vendor, model: model() });
    }
    if refused
        && says(&[
            "maximum context length",
            "context length exceeded",
            "exceeds the context",
            "prompt is too long",
            "too large for model with",
        ])
    {
        return permanent(ModelError::ContextWindowExceeded);
    }
    match status {
        401 => permanent(ModelError::ApiKeyRefused { vendor }),
        402 => permanent(ModelError::Billing { vendor }),
        403 => permanent(ModelError::PermissionDenied { vendor, model: model() }),
        404 => permanent(ModelError::ModelNotFound { vendor, model: model() }),
        413 => permanent(ModelError::TooLarge),
        429 => Failure::new(ModelError::RateLimited { vendor }, later),
        503 => Failure::new(ModelError::Overloaded { vendor }, later),
        408 | 409 | 500..=599 => Failure::new(ModelError::Vendor { vendor, message }, later),
        _ => permanent(ModelError::RequestRejected { vendor, message }),
    }
}

/// Error messages about a model without vision.
const NO_VISION: [&str; 17] = [
    "is not a multimodal model",
    "not support image",
    "not support vision",
    "image input is not",
    "image_url is not supported",
    "image inputs are not",
    "at most 0 image",
    "missing data required for image input",
    "not a vision model",
    "support image input",
    "unsupported content part type",
    "unknown variant `image_url`",
    "unknown variant image_url",
    "image_url is only supported",
    "not support multimodal",
    "not a multimodal",
    "image input detected, but",
];

/// Error messages about a model without tool calls.
const NO_TOOLS: [&str; 9] = [
    "not support tool",
    "not support function",
    "support tool use",
    "tools is not supported",
    "tools are not supported",
    "tool use is not supported",
    "tool calls are not supported",
    "tool calling is not supported",
    "function calling is not",
];

/// Error messages of servers that were started without tool calls.
const CALLS_OFF: [&str; 3] =
    ["requires --enable-auto-tool-choice", "tool-call-parser to be set", "requires --jinja"];
