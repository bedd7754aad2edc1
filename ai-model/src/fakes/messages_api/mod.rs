//! A strict fake of Anthropic's Messages API. It plays a script, and rejects what the vendor would reject, with the
//! vendor's status and error body.

mod cache;
mod context;
mod digest;
mod facts;
mod images;
mod rules;
mod stream;
mod usage;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::fake::Fake;
use super::reading::list;
use super::recorded::{RecordedRequest, RequestSummary};
use super::script::{Script, ScriptedError, ScriptedTurn, StreamFaults, Summaries};
use super::wire;
use cache::Cache;
pub use cache::InputUsage;
use context::View;
use facts::Facts;
use images::Images;
use rules::{Accepted, Rejection, Rules};

/// Above the vendor's limit, so that the rules reject oversized requests, not the server.
const BODY_LIMIT: usize = 64 << 20;

/// The fake. Clones share the recorded requests.
#[derive(Debug, Clone)]
pub struct MessagesApiFake {
    script: Arc<Script>,
    memory: Arc<Mutex<Memory>>,
    images: Arc<Images>,
}

#[derive(Debug, Default)]
struct Memory {
    requests: Vec<RecordedRequest>,
    played: usize,
    /// How many summaries were asked for.
    summaries: usize,
    rules: Rules,
    cache: Cache,
}

impl Fake for MessagesApiFake {
    fn new(script: Script) -> Self {
        Self { script: Arc::new(script), memory: Arc::default(), images: Arc::default() }
    }

    fn requests(&self) -> Vec<RecordedRequest> {
        self.memory().requests.clone()
    }

    fn router(self) -> Router {
        Router::new()
            .route("/v1/messages", post(messages))
            .route("/v1/models", get(models))
            .route("/requests", get(requests))
            .layer(DefaultBodyLimit::max(BODY_LIMIT))
            .with_state(self)
    }
}

impl MessagesApiFake {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks a request and chooses the response.
    fn answer(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        summary: &mut RequestSummary,
    ) -> Result<Response, Rejection> {
        let mut memory = self.memory();
        let accepted = memory.rules.check(headers, body, &self.script, &self.images)?;
        let Accepted { request, account, facts, dropped_thinking, asks_for_summary } = accepted;
        if asks_for_summary {
            return Ok(self.summarize(&mut memory, account, &request, facts, summary));
        }
        let index =
            if self.script.restart_each_message { turns_since_message(&request) } else { memory.played };
        memory.played += 1;
        let turn = self.script.turn(index).ok_or_else(|| {
            Rejection::new(StatusCode::BAD_REQUEST, "invalid_request_error", "the script has no further turn")
        })?;
        if let Some(error) = &turn.error {
            return Ok(scripted_error(error));
        }
        let view = View::of(&request, &self.images);
        summary.images = count_images(&request);
        summary.usage = memory.cache.count(&view.units, facts.min_cached);
        summary.applied_edits = view.applied_edits;
        summary.compacted = view.compacts;
        summary.dropped_thinking = dropped_thinking;
        let number = memory.played;
        let blocks = stream::blocks(turn, &request, number, view.compacts);
        summary.after_summary = view.compacts.then(|| usage::after_summary(view.fixed_tokens, &blocks));
        memory.rules.record(account, &request, &blocks);
        Ok(event_stream(stream::events(turn, &request, blocks, number, summary), turn.faults.clone()))
    }
}

impl MessagesApiFake {
    /// Answers a request for a summary, which takes no turn of the script.
    fn summarize(
        &self,
        memory: &mut Memory,
        account: String,
        request: &Value,
        facts: Facts,
        summary: &mut RequestSummary,
    ) -> Response {
        let view = View::of(request, &self.images);
        summary.images = count_images(request);
        summary.usage = memory.cache.count(&view.units, facts.min_cached);
        memory.summaries += 1;
        let number = memory.summaries;
        let mut block = stream::summary(number, rules::DEMANDED);
        if self.script.summaries == Summaries::Fail {
            block["content"] = Value::Null;
        } else {
            summary.compacted = true;
        }
        let blocks = vec![block];
        memory.rules.record(account, request, &blocks);
        let turn = ScriptedTurn { stop_reason: Some("compaction".to_owned()), ..ScriptedTurn::default() };
        event_stream(stream::events(&turn, request, blocks, number, summary), StreamFaults::default())
    }
}

async fn messages(State(fake): State<MessagesApiFake>, headers: HeaderMap, body: Bytes) -> Response {
    let mut summary = RequestSummary { bytes: body.len(), ..RequestSummary::default() };
    let response = fake.answer(&headers, &body, &mut summary).unwrap_or_else(|rejection| {
        summary.rejection.clone_from(&rejection.message);
        tracing::warn!(message = summary.rejection, "the fake rejected a request");
        rejection.into_response()
    });
    summary.status = response.status().as_u16();
    let keeps = !fake.script.forget_bodies;
    let body = if keeps { String::from_utf8_lossy(&body).into_owned() } else { String::new() };
    fake.memory().requests.push(RecordedRequest { headers, body, summary });
    response
}

/// `GET /v1/models`: the vendor's models, the newest first.
async fn models(State(fake): State<MessagesApiFake>, headers: HeaderMap) -> Response {
    if let Err(rejection) = rules::check_caller(&headers, &fake.script) {
        return rejection.into_response();
    }
    let model = |(id, name)| json!({ "type": "model", "id": id, "display_name": name, "created_at": "2026-10-01T00:00:00Z" });
    let models = [
        ("claude-opus-5-5", "Claude Opus 5.5"),
        ("claude-sonnet-5-5", "Claude Sonnet 5.5"),
        ("claude-haiku-4-5-20251001", "Claude Haiku 4.5"),
    ];
    let list = json!({
        "data": models.map(model), "first_id": models[0].0, "last_id": models[2].0, "has_more": false,
    });
    Json(list).into_response()
}

/// `GET /requests`: the summaries of all requests, for processes that run the fake as a child.
async fn requests(State(fake): State<MessagesApiFake>) -> Json<Vec<RequestSummary>> {
    Json(fake.memory().requests.iter().map(|request| request.summary.clone()).collect())
}

fn count_images(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            usize::from(fields.get("type").is_some_and(|kind| kind == "image"))
                + fields.values().map(count_images).sum::<usize>()
        }
        Value::Array(items) => items.iter().map(count_images).sum(),
        _ => 0,
    }
}

/// The number of assistant turns since the person's last message.
fn turns_since_message(request: &Value) -> usize {
    let messages = list(request, "messages");
    let is_from_person = |message: &&Value| {
        message["role"] == "user"
            && message["content"]
                .as_array()
                .is_none_or(|blocks| blocks.iter().any(|block| block["type"] == "text"))
    };
    messages.iter().rev().take_while(|message| !is_from_person(message)).filter(is_assistant).count()
}

fn is_assistant(message: &&Value) -> bool {
    message["role"] == "assistant"
}

fn scripted_error(error: &ScriptedError) -> Response {
    error.complete(error_response(error.status(), &error.kind, &error.message))
}

fn error_response(status: StatusCode, kind: &str, message: &str) -> Response {
    let body = json!({
        "type": "error",
        "error": { "type": kind, "message": message },
        "request_id": "req_fake",
    });
    let mut response = (status, axum::Json(body)).into_response();
    response.headers_mut().insert("request-id", HeaderValue::from_static("req_fake"));
    response
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        error_response(self.status, self.kind, &self.message)
    }
}

fn event_stream(events: Vec<String>, faults: StreamFaults) -> Response {
    let mut response = Body::from_stream(wire::chunks(events, faults)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert("request-id", HeaderValue::from_static("req_fake"));
    response
}
