//! Counts the requests of an HTTP service.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use tokio::time::Instant;

use crate::exposition::short_wait;

/// The route of requests that match none.
const UNMATCHED: &str = "unmatched";
/// The status of requests whose client has left before they were answered.
const ABANDONED: &str = "abandoned";

/// The requests of an HTTP service. Cheap to clone; clones share the counts.
#[derive(Debug, Clone)]
pub struct HttpMetrics(Arc<Families>);

#[derive(Debug)]
struct Families {
    requests: Family<Answered, Counter>,
    durations: Family<Asked, Histogram, fn() -> Histogram>,
}

/// What was asked for. The route is that of the router, with names for its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: &'static str,
}

impl HttpMetrics {
    /// Adds the metrics to a registry.
    #[must_use]
    pub fn register(registry: &mut Registry) -> Self {
        let metrics =
            Families { requests: Family::default(), durations: Family::new_with_constructor(short_wait) };
        registry.register("http_requests", "Requests by route and class of status", metrics.requests.clone());
        let help = "How long requests took until the head of the answer";
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, metrics.durations.clone());
        Self(Arc::new(metrics))
    }
}

/// Middleware: counts a request. Add it to a router as a layer, so that it is told the route.
pub async fn count(State(metrics): State<HttpMetrics>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or(UNMATCHED, MatchedPath::as_str);
    let asked = Asked { method: method(request.method()), route: route.to_owned() };
    let mut counting = Counting { metrics, asked, begun: Instant::now(), status: ABANDONED };
    let response = next.run(request).await;
    counting.status = class(response.status());
    response
}

/// A request in progress, which is counted when this is dropped: the client may leave before it is answered.
struct Counting {
    metrics: HttpMetrics,
    asked: Asked,
    begun: Instant,
    status: &'static str,
}

impl Drop for Counting {
    fn drop(&mut self) {
        let elapsed = self.begun.elapsed();
        self.metrics.0.durations.get_or_create(&self.asked).observe(elapsed.as_secs_f64());
        let Asked { method, route } = &mut self.asked;
        let answered = Answered { method, route: std::mem::take(route), status: self.status };
        self.metrics.0.requests.get_or_create(&answered).inc();
    }
}

/// The usual methods. Clients may invent others.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The class of a status, such as `2xx`.
#[must_use]
pub fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt as _;

    use super::*;
    use crate::exposition::Exposition;

    #[tokio::test]
    async fn requests_are_counted_by_the_route_of_the_router() {
        let mut registry = Registry::default();
        let metrics = HttpMetrics::register(&mut registry);
        let router = Router::new()
            .route("/chats/{id}", get(|| async { "a chat" }))
            .route("/late", get(std::future::pending::<()>))
            .layer(from_fn_with_state(metrics, count));
        let ask = async |method: &str, path: &str| {
            let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap();
        };
        for path in ["/chats/1", "/chats/2?secret", "/nothing", "/chats/1/2/3"] {
            ask("GET", path).await;
        }
        ask("BREW", "/chats/3").await;
        tokio::select! {
            biased;
            () = ask("GET", "/late") => panic!("it is answered"),
            () = std::future::ready(()) => {}
        }
        let text = Exposition::of(&[&registry]);
        let mut counts: Vec<&str> =
            text.as_str().lines().filter(|line| line.starts_with("http_requests_total")).collect();
        counts.sort_unstable();
        assert_eq!(
            counts,
            [
                r#"http_requests_total{method="GET",route="/chats/{id}",status="2xx"} 2"#,
                r#"http_requests_total{method="GET",route="/late",status="abandoned"} 1"#,
                r#"http_requests_total{method="GET",route="unmatched",status="4xx"} 2"#,
                r#"http_requests_total{method="other",route="/chats/{id}",status="4xx"} 1"#,
            ]
        );
        assert!(text.as_str().contains("http_request_duration_seconds_count{"), "{}", text.as_str());
        assert!(text.as_str().ends_with("# EOF\n"));
    }
}
