//! The request id: in the log, in the response's `x-request-id`, and in the body of an error.

use axum::body::Body;
use tower_http::request_id::RequestId;
use tracing::Span;
use tracing::field::Empty;

use crate::http::client::Client;

/// The tracing span of a request; whoever finds out adds the user, the chat and the run. Leaves out the query: it should
/// contain no secrets, but this way nobody has to check.
pub fn span(request: &axum::http::Request<Body>) -> Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    let client = request.extensions().get::<Client>().and_then(|client| client.address);
    let address = client.map(tracing::field::display);
    tracing::info_span!(
        "request",
        http.method = %request.method(),
        http.path = request.uri().path(),
        client.address = address,
        request.id = id,
        user.id = Empty,
        chat.id = Empty,
        run.id = Empty,
    )
}
