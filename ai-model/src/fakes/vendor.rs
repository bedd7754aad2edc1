//! What the fakes of OpenAI, Gemini and the servers with the Chat Completions API have in common: they play a
//! script, keep the requests, and ask their rules what to think of each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::recorded::{RecordedRequest, RequestSummary};
use super::script::{Script, ScriptedError, ScriptedTurn};
use super::wire;

/// More than any vendor takes, so that its own limit is the one that bites.
const BODY_LIMIT: usize = 128 << 20;

/// A request that the vendor would not take.
#[derive(Debug, Clone)]
pub struct Refused {
    /// The status.
    pub status: u16,
    /// For people.
    pub message: String,
    /// The body.
    pub body: Value,
}

/// A request as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// Its path and query.
    pub uri: &'a Uri,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Its body.
    pub body: &'a str,
    /// The only key that is accepted; empty where none is needed.
    pub key: &'a str,
}

/// What a vendor rejects, and how it speaks.
pub trait VendorRules: Default + Send + 'static {
    /// The request's JSON, if the vendor would take it.
    ///
    /// # Errors
    /// When it would not.
    fn check(&self, request: Incoming<'_>) -> Result<Value, Refused>;

    /// A turn as the vendor streams it, each as the text of one SSE frame. `number` makes ids unique. Takes note of
    /// what later requests have to bring back.
    fn speak(&mut self, turn: &ScriptedTurn, request: &Value, number: usize) -> Vec<String>;

    /// An error in the vendor's form.
    fn error(status: u16, kind: &str, message: &str) -> Value;

    /// An error within the stream, as a frame.
    fn error_frame(kind: &str) -> String;
}

/// The fake of a vendor. Clones share what was recorded.
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

impl<R: VendorRules> VendorFake<R> {
    /// A fake that plays a script.
    #[must_use]
    pub fn new(script: Script) -> Self {
        Self { script: Arc::new(script), memory: Arc::default() }
    }

    /// Every request so far, rejected ones included.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.memory().requests.clone()
    }

    /// Serves until `shutdown`.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken) -> std::io::Result<()> {
        let router =
            Router::new().fallback(answer::<R>).layer(DefaultBodyLimit::max(BODY_LIMIT)).with_state(self);
        axum::serve(listener, router).with_graceful_shutdown(shutdown.cancelled_owned()).await
    }

    fn memory(&self) -> MutexGuard<'_, Memory<R>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges a request and picks its answer.
    fn play(&self, uri: &Uri, headers: &HeaderMap, body: &str) -> Result<Response, Refused> {
        let mut memory = self.memory();
        let request = memory.rules.check(Incoming { uri, headers, body, key: &self.script.api_key })?;
        let Some(turn) = self.script.turns.get(memory.played) else {
            let message = "the script has no further turn".to_owned();
            return Err(Refused {
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
        let mut frames = memory.rules.speak(turn, &request, number);
        let mut faults = turn.faults.clone();
        if let Some(kind) = faults.error.take() {
            frames.truncate(faults.error_after);
            frames.push(R::error_frame(&kind));
        }
        let mut response = Body::from_stream(wire::chunks(frames, faults)).into_response();
        let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        Ok(response)
    }
}

async fn answer<R: VendorRules>(
    State(fake): State<VendorFake<R>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = String::from_utf8_lossy(&body).into_owned();
    let (response, rejection) = match fake.play(&uri, &headers, &body) {
        Ok(response) => (response, String::new()),
        Err(Refused { status, message, body }) => {
            tracing::warn!(message, "the fake rejects a request");
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            ((status, axum::Json(body)).into_response(), message)
        }
    };
    let status = response.status().as_u16();
    let summary = RequestSummary { bytes: body.len(), status, rejection, ..RequestSummary::default() };
    fake.memory().requests.push(RecordedRequest { headers, body, summary });
    response
}

fn scripted<R: VendorRules>(error: &ScriptedError) -> Response {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = R::error(error.status, &error.kind, &error.message);
    let mut response = (status, axum::Json(body)).into_response();
    if let Some(value) = error.retry_after.as_deref().and_then(|value| HeaderValue::from_str(value).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// The fields of `object` that are not in `known`.
pub(super) fn unknown_field<'a>(object: &'a Value, known: &[&str]) -> Option<&'a str> {
    object.as_object()?.keys().map(String::as_str).find(|field| !known.contains(field))
}

/// A list within an object; none where there is none.
pub(super) fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The value of a header.
pub(super) fn header_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Pixels of the image in a base64 text; `None` when it is no image of that media type.
pub(super) fn image_size(media_type: &str, base64: &str) -> Option<(u32, u32)> {
    let format = match media_type {
        "image/png" => image::ImageFormat::Png,
        "image/jpeg" => image::ImageFormat::Jpeg,
        "image/webp" => image::ImageFormat::WebP,
        _ => return None,
    };
    let bytes = BASE64_STANDARD.decode(base64).ok()?;
    image::ImageReader::with_format(std::io::Cursor::new(bytes), format).into_dimensions().ok()
}

/// The media type and the base64 text of a data URL.
pub(super) fn data_url(url: &str) -> Option<(&str, &str)> {
    url.strip_prefix("data:")?.split_once(";base64,")
}
