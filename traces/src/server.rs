//! The spans of requests that a service answers.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use opentelemetry::trace::SpanKind;

use crate::span::{Parent, Span, Tracer, keys};

/// Routes that are asked all the time, and never by a person.
const PROBES: [&str; 3] = ["/health", "/metrics", "/api/v1/status"];

/// Middleware: answers a request in a span, which ends with the body of the answer. It continues the trace of the header
/// `traceparent`; a service whose clients are strangers removes that before. Add it to a router as a layer, so that it is told
/// the route. What matches none, such as the web interface, has no span.
pub async fn trace(State(tracer): State<Tracer>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let Some(route) = route.filter(|route| tracer.is_on() && !is_probe(route)) else {
        return next.run(request).await;
    };
    let route = route.to_owned();
    let method = method(request.method());
    let parent = Parent::of_headers(request.headers());
    let span = tracer.begin(SpanKind::Server, &parent, || format!("{method} {route}").into());
    span.set(keys::HTTP_METHOD, method);
    span.set(keys::HTTP_ROUTE, route);
    let response = span.within(next.run(request)).await;
    let status = response.status();
    span.answered(status.as_u16());
    if status.is_server_error() {
        span.fail(status.as_str().to_owned());
    }
    response.map(|body| Body::new(TracedBody { body, span: Some(span) }))
}

fn is_probe(route: &str) -> bool {
    let route = route.strip_prefix("/api/v1").filter(|rest| rest.starts_with("/health")).unwrap_or(route);
    PROBES.iter().any(|probe| route.starts_with(probe))
}

/// The usual methods, and what the conventions call all others.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "_OTHER",
    }
}

/// The body of an answer, whose span lasts as long.
struct TracedBody {
    body: Body,
    span: Option<Span>,
}

impl HttpBody for TracedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            // Before whoever asked can see the end.
            self.span = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
