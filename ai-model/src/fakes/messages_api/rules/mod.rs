//! Rejects what the vendor would reject.

mod compaction;
mod documents;
mod images;
mod messages;
mod parameters;
mod thinking;
mod tools;
mod version;

use std::collections::HashMap;

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::facts::{self, Facts};
use super::images::Images;
use crate::fakes::reading::{list, unknown_field};
use crate::fakes::script::Script;
pub(super) use compaction::DEMANDED;

/// The largest accepted request body.
const MAX_REQUEST_BYTES: usize = 32 << 20;
const MAX_BREAKPOINTS: usize = 4;

/// Why the vendor would reject a request.
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

/// The values of the header `anthropic-beta`.
#[derive(Debug)]
pub(super) struct Betas<'a>(Vec<&'a str>);

impl<'a> Betas<'a> {
    fn of(headers: &'a HeaderMap) -> Self {
        let values = headers.get_all("anthropic-beta").iter().filter_map(|value| value.to_str().ok());
        Self(values.flat_map(|value| value.split(',')).map(str::trim).collect())
    }

    fn has(&self, beta: &str) -> bool {
        self.0.contains(&beta)
    }

    fn any(&self, is_meant: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|beta| is_meant(beta))
    }
}

/// The rules, and the blocks that were issued and have to be sent back unchanged, by account.
#[derive(Debug, Default)]
pub(super) struct Rules {
    issued: HashMap<String, thinking::Issued>,
}

/// A request that the vendor would accept.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) request: Value,
    /// The key of its account.
    pub(super) account: String,
    /// The facts about its model.
    pub(super) facts: Facts,
    /// The number of thinking blocks that the vendor would drop because what precedes them has changed.
    pub(super) dropped_thinking: usize,
    /// Whether the answer is a summary and nothing else.
    pub(super) asks_for_summary: bool,
}

impl Rules {
    /// Checks a request.
    pub(super) fn check(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        script: &Script,
        images: &Images,
    ) -> Result<Accepted, Rejection> {
        let account = check_caller(headers, script)?.to_owned();
        let version = version::of(headers, script)?;
        check_type(headers)?;
        if body.len() > MAX_REQUEST_BYTES {
            let status = StatusCode::PAYLOAD_TOO_LARGE;
            return Err(Rejection::new(status, "request_too_large", "Request exceeds the maximum size"));
        }
        let Ok(request) = serde_json::from_slice::<Value>(body) else {
            return invalid("The request body is not valid JSON");
        };
        let model = request["model"].as_str().unwrap_or_default();
        let Some(facts) = facts::of(model) else {
            let message = format!("model: {model}");
            return Err(Rejection::new(StatusCode::NOT_FOUND, "not_found_error", message));
        };
        let facts = match script.cloud.computer {
            Some(computer) => facts.with_computer(computer),
            None => facts,
        };
        let betas = Betas::of(headers);
        version::check(&request, version)?;
        parameters::check(&request, &betas, script, facts)?;
        let computer = tools::check(&request, &betas, facts)?;
        messages::check(&request, &betas, computer, facts)?;
        images::check(&request, facts, computer, images)?;
        documents::check(&request, facts)?;
        let nothing = thinking::Issued::default();
        let issued = self.issued.get(&account).unwrap_or(&nothing);
        let dropped_thinking = issued.check(&request, &betas, facts)?;
        check_breakpoints(&request)?;
        let asks_for_summary = compaction::is_asked_for(&request);
        Ok(Accepted { request, account, facts, dropped_thinking, asks_for_summary })
    }

    /// Remembers the blocks of the response to `request`.
    pub(super) fn record(&mut self, account: String, request: &Value, blocks: &[Value]) {
        self.issued.entry(account).or_default().record(request, blocks);
    }
}

/// Checks the key and the version of a request. Returns the key.
pub(super) fn check_caller<'a>(headers: &'a HeaderMap, script: &Script) -> Result<&'a str, Rejection> {
    let text = |name: &str| text_of(headers, name);
    let refused =
        |message: &str| Err(Rejection::new(StatusCode::UNAUTHORIZED, "authentication_error", message));
    let key = match (text("x-api-key"), text("authorization")) {
        (None, None) => return refused("x-api-key header is required"),
        (Some(_), Some(_)) => return refused("only one of x-api-key and authorization may be given"),
        (Some(given), None) if !script.accepts(given) => return refused("invalid x-api-key"),
        (Some(given), None) => given,
        (None, Some(_)) if !Betas::of(headers).has("oauth-2025-04-20") => {
            return refused("OAuth authentication is currently not supported.");
        }
        (None, Some(given)) => match given.strip_prefix("Bearer ") {
            Some(token) if script.accepts(token) => token,
            _ => return refused("Invalid bearer token"),
        },
    };
    version::of(headers, script)?;
    Ok(key)
}

fn check_type(headers: &HeaderMap) -> Result<(), Rejection> {
    if text_of(headers, "content-type").is_none_or(|kind| !kind.starts_with("application/json")) {
        return invalid("content-type: must be application/json");
    }
    Ok(())
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn check_breakpoints(request: &Value) -> Result<(), Rejection> {
    let mut marks = Vec::new();
    find_marks(request, &mut marks);
    if marks.len() > MAX_BREAKPOINTS {
        let count = marks.len();
        return invalid(format!("A maximum of 4 blocks with cache_control may be provided. Found {count}."));
    }
    for mark in marks {
        let is_known =
            mark["type"] == "ephemeral" && matches!(mark["ttl"].as_str(), None | Some("5m" | "1h"));
        if !is_known || unknown_field(mark, &["type", "ttl"]).is_some() {
            return invalid("cache_control: type must be 'ephemeral' and ttl '5m' or '1h'");
        }
    }
    let messages = list(request, "messages").iter().flat_map(|message| list(message, "content"));
    for block in messages.filter(|block| block["type"] == "thinking" || block["type"] == "redacted_thinking")
    {
        if block.get("cache_control").is_some() {
            return invalid("cache_control cannot be set for thinking blocks");
        }
    }
    Ok(())
}

fn find_marks<'a>(value: &'a Value, marks: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == "cache_control" { marks.push(value) } else { find_marks(value, marks) }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| find_marks(item, marks)),
        _ => {}
    }
}
