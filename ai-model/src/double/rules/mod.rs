//! What the vendor rejects.

mod images;
mod messages;
mod parameters;
mod thinking;
mod tools;

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::facts;

/// Most bytes of a request.
const MAX_REQUEST_BYTES: usize = 32 << 20;

/// A request that the vendor would not take.
#[derive(Debug, Clone)]
pub(super) struct Rejection {
    pub(super) status: StatusCode,
    pub(super) kind: &'static str,
    pub(super) message: String,
}

impl Rejection {
    pub(super) fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, message: message.into() }
    }
}

/// `Err` with an `invalid_request_error`.
fn invalid<T>(message: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(StatusCode::BAD_REQUEST, "invalid_request_error", message))
}

/// The rules, and what was issued that they bind to.
#[derive(Debug, Default)]
pub(super) struct Rules {
    thinking: thinking::Issued,
}

impl Rules {
    /// The request's JSON, if the vendor would take it.
    pub(super) fn check(&self, headers: &HeaderMap, body: &str, key: &str) -> Result<Value, Rejection> {
        check_headers(headers, key)?;
        if body.len() > MAX_REQUEST_BYTES {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(Rejection::new(status, "request_too_large", "Request exceeds the maximum size"));
        }
        let Ok(request) = serde_json::from_str::<Value>(body) else {
            return invalid("The request body is not valid JSON");
        };
        let model = request["model"].as_str().unwrap_or_default();
        let Some(facts) = facts::of(model) else {
            let message = format!("model: {model}");
            return Err(Rejection::new(StatusCode::NOT_FOUND, "not_found_error", message));
        };
        parameters::check(&request, facts)?;
        let toolset = tools::check(&request, headers, facts)?;
        messages::check(&request, toolset)?;
        images::check(&request, facts, toolset)?;
        self.thinking.check(&request, facts)?;
        check_breakpoints(&request)?;
        Ok(request)
    }

    /// Takes note of what the double says.
    pub(super) fn issued(&mut self, request: &Value, blocks: &[Value]) {
        self.thinking.note(request, blocks);
    }
}

fn check_headers(headers: &HeaderMap, key: &str) -> Result<(), Rejection> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let refused =
        |message: &str| Err(Rejection::new(StatusCode::UNAUTHORIZED, "authentication_error", message));
    match text("x-api-key") {
        None => return refused("x-api-key header is required"),
        Some(given) if given != key => return refused("invalid x-api-key"),
        Some(_) => {}
    }
    if text("anthropic-version") != Some("2023-06-01") {
        return invalid("anthropic-version: header is required");
    }
    if text("content-type").is_none_or(|kind| !kind.starts_with("application/json")) {
        return invalid("content-type: must be application/json");
    }
    Ok(())
}

fn check_breakpoints(request: &Value) -> Result<(), Rejection> {
    let count = count_breakpoints(request);
    if count > 4 {
        return invalid(format!("A maximum of 4 blocks with cache_control may be provided. Found {count}."));
    }
    Ok(())
}

fn count_breakpoints(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            usize::from(fields.contains_key("cache_control"))
                + fields.values().map(count_breakpoints).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(count_breakpoints).sum(),
        _ => 0,
    }
}

/// The fields of `object` that are not in `known`.
fn unknown_field<'a>(object: &'a Value, known: &[&str]) -> Option<&'a str> {
    let fields = object.as_object()?;
    fields.keys().map(String::as_str).find(|field| !known.contains(field))
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}
