//! The tracing span of a request.

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use protocol::agent::{CALL_HEADER, RUN_HEADER};
use tracing::{Instrument as _, Span};

/// Middleware: answers a request within its span.
pub(crate) async fn in_span(request: Request, next: Next) -> Response {
    let span = span(&request);
    next.run(request).instrument(span).await
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
