//! The HTTP client for collectors. Spans are exported on threads of their own, which are none of the runtime's.

use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

/// The largest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;

/// Sends requests on a runtime.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    runtime: Handle,
    requests: TaskTracker,
}

impl Client {
    /// A client whose requests take `timeout` at most.
    pub(crate) fn new(timeout: Duration, runtime: Handle) -> reqwest::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(timeout)
            // Its headers may have a key of the collector.
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        Ok(Self { http, runtime, requests: TaskTracker::new() })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = reqwest::Request::try_from(request.map(reqwest::Body::from))?;
        let answer = exchange(self.http.clone(), request);
        Ok(self.requests.spawn_on(answer, &self.runtime).await??)
    }
}

/// Sends a request and reads the answer. Errors leave out the address, which may have a password.
async fn exchange(http: reqwest::Client, request: reqwest::Request) -> Result<Response<Bytes>, HttpError> {
    let mut response = http.execute(request).await.map_err(reqwest::Error::without_url)?;
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(reqwest::Error::without_url)? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err("the collector's answer is too long".into());
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = Response::new(body.freeze());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    Ok(answer)
}
