//! The request id: in the log, in the response's `x-request-id`, and in the body of an error.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;
use tower_http::request_id::RequestId;
use tracing::Span;
use tracing::field::Empty;

use crate::http::client::Client;
use crate::http::problem::Problem;

/// Adds the request id to the body of an error.
pub async fn complete_problems(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() else { return response };
    let id = id.and_then(|id| id.header_value().to_str().map(str::to_owned).ok());
    if let Some(mut problem) = Arc::into_inner(problem)
        && let Ok(body) = {
            problem.request_id = id;
            serde_json::to_vec(&problem)
        }
    {
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Body::from(body);
    }
    response
}

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
