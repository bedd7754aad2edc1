//! The tracing span of a request, and how long it took.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use protocol::agent::{CALL_HEADER, RUN_HEADER, timing};
use tokio::time::Instant;
use tracing::{Instrument as _, Span};

/// Middleware: answers a request within its span.
pub(crate) async fn in_span(request: Request, next: Next) -> Response {
    let span = span(&request);
    next.run(request).instrument(span).await
}

/// Middleware: tells how long a request that is part of a trace took.
pub(crate) async fn tell_time(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(timing::TRACEPARENT) {
        return next.run(request).await;
    }
    let begun = Instant::now();
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::try_from(timing::write(begun.elapsed())) {
        response.headers_mut().insert(HeaderName::from_static(timing::HEADER), value);
    }
    response
}

/// Says what a request asks for, and for which run and call. Paths of files are left out.
fn span(request: &Request) -> Span {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    tracing::info_span!(
        "request",
        http.method = %request.method(),
        http.route = route,
        run.id = header(RUN_HEADER),
        call.id = header(CALL_HEADER),
    )
}
