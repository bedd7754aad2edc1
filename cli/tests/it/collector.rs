//! A fake collector of traces, which takes what OTLP over HTTP has and rejects everything else; and one that hangs.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message as _;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;
use traces::tree::Traces;

/// A collector.
pub(crate) struct Collector {
    pub(crate) url: String,
    received: Received,
    _serving: AbortOnDropHandle<()>,
}

#[derive(Clone, Default)]
struct Received(Arc<Mutex<Requests>>);

#[derive(Default)]
struct Requests {
    accepted: Vec<(HeaderMap, ExportTraceServiceRequest)>,
    rejected: Vec<String>,
}

impl Collector {
    /// Starts one that answers.
    pub(crate) async fn start() -> Self {
        let received = Received::default();
        let router = Router::new().route("/v1/traces", post(receive)).with_state(received.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = async move { axum::serve(listener, router).await.unwrap() };
        Self { url, received, _serving: owned(serving) }
    }

    /// Starts one that accepts connections and never answers.
    pub(crate) async fn hanging() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = async move {
            let mut open = Vec::new();
            loop {
                open.push(listener.accept().await.unwrap());
            }
        };
        Self { url, received: Received::default(), _serving: owned(serving) }
    }

    /// Everything received, none of which was rejected, and the headers that came with it.
    pub(crate) fn traces(&self) -> (Traces, Vec<HeaderMap>) {
        let requests = self.received.0.lock().unwrap();
        assert!(requests.rejected.is_empty(), "{:?}", requests.rejected);
        let mut traces = Traces::default();
        for (_, request) in &requests.accepted {
            traces.add(request.clone());
        }
        (traces, requests.accepted.iter().map(|(headers, _)| headers.clone()).collect())
    }
}

fn owned(serving: impl Future<Output = ()> + Send + 'static) -> AbortOnDropHandle<()> {
    #[expect(clippy::disallowed_methods, reason = "the handle owns it")]
    AbortOnDropHandle::new(tokio::spawn(serving))
}

async fn receive(State(received): State<Received>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut requests = received.0.lock().unwrap();
    match check(&headers, &body) {
        Ok(request) => {
            requests.accepted.push((headers, request));
            StatusCode::OK
        }
        Err(why) => {
            requests.rejected.push(why);
            StatusCode::BAD_REQUEST
        }
    }
}

/// What the specification requires of a request.
fn check(headers: &HeaderMap, body: &[u8]) -> Result<ExportTraceServiceRequest, String> {
    if headers.get("content-type").is_none_or(|value| value != "application/x-protobuf") {
        return Err(format!("the type {:?}", headers.get("content-type")));
    }
    let request = ExportTraceServiceRequest::decode(body).map_err(|error| error.to_string())?;
    let spans = request.resource_spans.iter().flat_map(|of_service| &of_service.scope_spans);
    for span in spans.flat_map(|scope| &scope.spans) {
        let id = |bytes: &[u8], length| bytes.len() == length && bytes.iter().any(|byte| *byte != 0);
        let parent = span.parent_span_id.is_empty() || id(&span.parent_span_id, 8);
        let has_ids = id(&span.trace_id, 16) && id(&span.span_id, 8) && parent;
        if !has_ids || span.name.is_empty() || span.end_time_unix_nano < span.start_time_unix_nano {
            return Err(format!("the span {span:?}"));
        }
    }
    Ok(request)
}

#[tokio::test]
async fn the_collector_rejects_what_is_not_otlp() {
    let collector = Collector::start().await;
    let http = reqwest::Client::new();
    for (content_type, body) in [
        ("application/x-protobuf", &b"\xff\xff\xff\xff"[..]),
        // A length that goes beyond the end.
        ("application/x-protobuf", &b"\x0a\x7f\x00"[..]),
        ("application/json", &b"{}"[..]),
    ] {
        let request = http.post(format!("{}/v1/traces", collector.url)).header("content-type", content_type);
        assert_eq!(request.body(body).send().await.unwrap().status(), 400, "{body:?}");
    }
}
