//! A cloud in front of a vendor's API.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::UNIX_EPOCH;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tower::ServiceExt as _;

use super::google::Issued;
use super::{CloudComputer, CloudRefusal, CloudScript};
use crate::fakes::fake::Fake;
use crate::fakes::recorded::{RecordedRequest, RequestSummary};
use crate::fakes::script::Script;
use crate::wall_clock;

/// A request to a cloud.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// `GET` or `POST`.
    pub method: &'a Method,
    /// The path and the query.
    pub uri: &'a Uri,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
    /// The cloud's time, in seconds since 1970.
    pub now: i64,
    /// The accepted key.
    pub key: &'a str,
}

/// What a cloud makes of a request.
#[derive(Debug)]
pub enum Passed {
    /// It is passed on to the vendor, at this path, with these headers set and these removed.
    On {
        /// The path and the query.
        path: String,
        /// The headers that are set.
        set: Vec<(&'static str, String)>,
        /// The headers that are removed.
        removed: &'static [&'static str],
        /// The body.
        body: Bytes,
    },
    /// The cloud answers itself.
    Answered(Value),
}

/// An error of a cloud.
pub(super) fn refusal(status: u16, amazon: Option<&str>, body: Value) -> CloudRefusal {
    CloudRefusal { status, amazon: amazon.map(str::to_owned), body }
}

/// The rules of a cloud.
pub trait CloudRules: Send + Sync + 'static {
    /// The fake of the vendor whose models it serves.
    type Vendor: Fake;
    /// The computer tool that it takes from models that have the toolset; `None`: any that they take.
    const COMPUTER: Option<CloudComputer>;

    /// Checks a request.
    ///
    /// # Errors
    /// When the cloud would refuse it.
    fn admit(asked: Asked<'_>, issued: &mut Issued) -> Result<Passed, CloudRefusal>;
}

/// A fake of a cloud. Clones share the recorded requests.
pub struct CloudFake<C: CloudRules> {
    vendor: C::Vendor,
    script: Arc<CloudScript>,
    key: String,
    memory: Arc<Mutex<Memory>>,
    rules: PhantomData<fn() -> C>,
}

impl<C: CloudRules> Clone for CloudFake<C> {
    fn clone(&self) -> Self {
        let (vendor, script, key) = (self.vendor.clone(), self.script.clone(), self.key.clone());
        Self { vendor, script, key, memory: self.memory.clone(), rules: PhantomData }
    }
}

#[derive(Debug, Default)]
struct Memory {
    refusals: VecDeque<CloudRefusal>,
    issued: Issued,
    seen: Vec<(Uri, HeaderMap)>,
    refused: Vec<RecordedRequest>,
}

impl<C: CloudRules> Fake for CloudFake<C> {
    fn new(mut script: Script) -> Self {
        script.cloud.computer = script.cloud.computer.or(C::COMPUTER);
        let cloud = script.cloud.clone();
        let memory = Memory {
            refusals: cloud.refusals.iter().cloned().collect(),
            issued: Issued::new(cloud.token_uses, cloud.token_seconds),
            ..Memory::default()
        };
        let key = script.api_key.clone();
        let (script_of_cloud, memory) = (Arc::new(cloud), Arc::new(Mutex::new(memory)));
        Self { vendor: C::Vendor::new(script), script: script_of_cloud, key, memory, rules: PhantomData }
    }

    /// Those that the vendor has seen, and then those that the cloud has refused.
    fn requests(&self) -> Vec<RecordedRequest> {
        let mut requests = self.vendor.requests();
        requests.extend(self.memory().refused.iter().cloned());
        requests
    }

    fn router(self) -> Router {
        Router::new().fallback(answer::<C>).layer(DefaultBodyLimit::disable()).with_state(self)
    }
}

impl<C: CloudRules> CloudFake<C> {
    /// All requests as they came, also for tokens: their addresses and headers.
    #[must_use]
    pub fn seen(&self) -> Vec<(Uri, HeaderMap)> {
        self.memory().seen.clone()
    }

    /// How many tokens were issued.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.memory().issued.count()
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Passed, CloudRefusal> {
        let seconds = wall_clock::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let now = i64::try_from(seconds).unwrap_or_default() + self.script.clock_ahead;
        let mut memory = self.memory();
        memory.seen.push((uri.clone(), headers.clone()));
        if uri.path() == "/token" {
            return memory.issued.exchange(headers, body, now).map(Passed::Answered);
        }
        let asked = Asked { method, uri, headers, body, now, key: &self.key };
        let passed = C::admit(asked, &mut memory.issued)?;
        memory.refusals.pop_front().map_or(Ok(passed), Err)
    }
}

async fn answer<C: CloudRules>(
    State(fake): State<CloudFake<C>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match fake.admit(&method, &uri, &headers, &body) {
        Ok(Passed::Answered(answer)) => axum::Json(answer).into_response(),
        Ok(Passed::On { path, set, removed, body }) => {
            let Some(request) = passed_on(method, &path, headers, &set, removed, body) else {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            };
            fake.vendor.router().oneshot(request).await.into_response()
        }
        Err(refusal) => {
            let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let body = String::from_utf8_lossy(&body).into_owned();
            let rejection = refusal.body.to_string();
            tracing::warn!(rejection, "the fake cloud refused a request");
            let summary = RequestSummary { status: refusal.status, rejection, ..RequestSummary::default() };
            fake.memory().refused.push(RecordedRequest { headers, body, summary });
            let mut response = (status, axum::Json(refusal.body)).into_response();
            if let Some(kind) = refusal.amazon.and_then(|kind| HeaderValue::from_str(&kind).ok()) {
                response.headers_mut().insert("x-amzn-errortype", kind);
            }
            response
        }
    }
}

fn passed_on(
    method: Method,
    path: &str,
    mut headers: HeaderMap,
    set: &[(&'static str, String)],
    removed: &[&str],
    body: Bytes,
) -> Option<Request<Body>> {
    for name in removed.iter().chain(&["content-length"]) {
        headers.remove(*name);
    }
    for (name, value) in set {
        headers.insert(*name, HeaderValue::from_str(value).ok()?);
    }
    let mut request = Request::builder().method(method).uri(path).body(Body::from(body)).ok()?;
    *request.headers_mut() = headers;
    Some(request)
}
