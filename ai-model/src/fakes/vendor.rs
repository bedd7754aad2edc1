//! What the fakes of OpenAI, Gemini and Chat Completions servers share: they play a script, record the requests, and
//! let their rules accept or reject each one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::fake::Fake;
use super::recorded::{RecordedRequest, RequestSummary};
use super::script::{Script, ScriptedError, ScriptedTurn};
use super::wire;

/// Above every vendor's limit, so that the rules reject oversized requests, not the server.
const BODY_LIMIT: usize = 128 << 20;

/// Why the vendor would reject a request.
#[derive(Debug, Clone)]
pub struct Rejection {
    /// The HTTP status.
    pub status: u16,
    /// The reason, for the tests.
    pub message: String,
    /// The vendor's error body.
    pub body: Value,
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        tracing::warn!(message = self.message, "the fake rejected a request");
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, axum::Json(self.body)).into_response()
    }
}

/// What an error in the middle of a stream says unless the script names something else.
pub(super) const ERROR_MESSAGE: &str = "the script says so";

/// A request to check.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The path and the query.
    pub uri: &'a Uri,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a str,
    /// The only accepted API key; empty when none is required.
    pub key: &'a str,
}

/// The rules of one vendor, and how it writes its responses.
pub trait VendorRules: Default + Send + 'static {
    /// Checks a request, and returns its JSON.
    ///
    /// # Errors
    /// When the vendor would reject it.
    fn check(&self, request: Incoming<'_>) -> Result<Value, Rejection>;

    /// Checks a request for the models, and returns the list.
    ///
    /// # Errors
    /// When the vendor would reject it.
    fn models(request: Incoming<'_>) -> Result<Value, Rejection>;

    /// The SSE frames of a turn. `number` makes ids unique. Remembers what later requests have to send back.
    fn respond(&mut self, turn: &ScriptedTurn, request: &Value, number: usize) -> Vec<String>;

    /// The body of an error response.
    fn error(status: u16, kind: &str, message: &str) -> Value;

    /// An error in the middle of a stream, as an SSE frame.
    fn error_frame(kind: &str, message: &str) -> String;
}

/// A fake of one vendor. Clones share the recorded requests.
#[derive(Debug)]
pub struct VendorFake<R> {
    script: Arc<Script>,
    memory: Arc<Mutex<Memory<R>>>,
}

impl<R> Clone for VendorFake<R> {
    fn clone(&self) -> Self {
        Self { script: self.script.clone(), memory: self.memory.clone() }
    }
}

#[derive(Debug, Default)]
struct Memory<R> {
    requests: Vec<RecordedRequest>,
    played: usize,
    rules: R,
}

impl<R: VendorRules> Fake for VendorFake<R> {
    fn new(script: Script) -> Self {
        Self { script: Arc::new(script), memory: Arc::default() }
    }

    fn requests(&self) -> Vec<RecordedRequest> {
        self.memory().requests.clone()
    }

    fn router(self) -> Router {
        Router::new().fallback(answer::<R>).layer(DefaultBodyLimit::max(BODY_LIMIT)).with_state(self)
    }
}

impl<R: VendorRules> VendorFake<R> {
    fn memory(&self) -> MutexGuard<'_, Memory<R>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks a request and chooses the response.
    fn play(&self, uri: &Uri, headers: &HeaderMap, body: &str) -> Result<Response, Rejection> {
        let mut memory = self.memory();
        let request = memory.rules.check(Incoming { uri, headers, body, key: &self.script.api_key })?;
        let Some(turn) = self.script.turns.get(memory.played) else {
            let message = "the script has no further turn".to_owned();
            return Err(Rejection {
                status: 400,
                body: R::error(400, "invalid_request_error", &message),
                message,
            });
        };
        memory.played += 1;
        let number = memory.played;
        if let Some(error) = &turn.error {
            return Ok(scripted::<R>(error));
        }
        let mut frames = memory.rules.respond(turn, &request, number);
        let mut faults = turn.faults.clone();
        if let Some(kind) = faults.error.take() {
            frames.truncate(faults.error_after);
            frames.push(R::error_frame(&kind, faults.error_message.as_deref().unwrap_or(ERROR_MESSAGE)));
        }
        let mut response = Body::from_stream(wire::chunks(frames, faults)).into_response();
        let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(response)
    }
}

async fn answer<R: VendorRules>(
    State(fake): State<VendorFake<R>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if method == Method::GET {
        let incoming = Incoming { uri: &uri, headers: &headers, body: "", key: &fake.script.api_key };
        return R::models(incoming)
            .map_or_else(Rejection::into_response, |list| axum::Json(list).into_response());
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    let (response, rejection) = match fake.play(&uri, &headers, &body) {
        Ok(response) => (response, String::new()),
        Err(rejection) => {
            let message = rejection.message.clone();
            (rejection.into_response(), message)
        }
    };
    let status = response.status().as_u16();
    let summary = RequestSummary { bytes: body.len(), status, rejection, ..RequestSummary::default() };
    fake.memory().requests.push(RecordedRequest { headers, body, summary });
    response
}

fn scripted<R: VendorRules>(error: &ScriptedError) -> Response {
    let body = R::error(error.status, &error.kind, &error.message);
    error.complete((error.status(), axum::Json(body)).into_response())
}
