//! The access log: one line for each request, once it is answered. What was asked for, and by whom, is in the span of the
//! request.

use std::fmt::Display;

use axum::extract::{Request, State};
use axum::http::Extensions;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Span;

/// The setting that turns it on.
pub const VARIABLE: &str = "DESKHAND_ACCESS_LOG";

/// Whether each request has a line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AccessLog {
    /// Each has.
    On,
    /// None has.
    #[default]
    Off,
}

impl From<bool> for AccessLog {
    fn from(is_on: bool) -> Self {
        if is_on { Self::On } else { Self::Off }
    }
}

/// The span of a request, for what is found out later. Libraries in between have spans of their own.
#[derive(Clone)]
struct RequestSpan(Span);

/// Records what a request is about in its span, which has to have the field.
pub fn record(request: &Extensions, field: &'static str, value: impl Display) {
    if let Some(RequestSpan(span)) = request.get() {
        span.record(field, tracing::field::display(value));
    }
}

/// Middleware: logs the answer. Add it inside of what makes the span.
pub async fn log(State(access_log): State<AccessLog>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    request.extensions_mut().insert(RequestSpan(Span::current()));
    let response = next.run(request).await;
    if access_log == AccessLog::On {
        let elapsed_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        tracing::info!(target: "access", { http.status = status, elapsed_ms }, "answered");
    }
    response
}
