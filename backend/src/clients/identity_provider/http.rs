//! Requests to identity providers. An administrator names them, so they may be in private networks; but they may not send this
//! service on to another address, keep it waiting, or fill its memory.

use std::time::Duration;

use oauth2::http::header::{CONTENT_TYPE, HeaderValue};
use oauth2::{HttpRequest, HttpResponse};
use protocol::secret::Secret;
use reqwest::header::ACCEPT;
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use url::Url;

use super::ProviderError;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request with its answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The largest answer, in bytes.
const BODY_LIMIT: usize = 1 << 20;
/// GitHub refuses requests without one.
const USER_AGENT: &str = concat!("deskhand/", env!("CARGO_PKG_VERSION"));

/// Sends requests to identity providers. Cheap to clone.
#[derive(Clone)]
pub(super) struct ProviderHttp(reqwest::Client);

/// An answer.
struct Answer {
    status: StatusCode,
    content_type: Option<HeaderValue>,
    body: Vec<u8>,
}

impl ProviderHttp {
    pub(super) fn new() -> reqwest::Result<Self> {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TIMEOUT)
            .user_agent(USER_AGENT);
        client.build().map(Self)
    }

    /// The JSON at an address.
    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        url: &Url,
        accept: &str,
        token: Option<&Secret>,
    ) -> Result<T, ProviderError> {
        let mut request = self.0.get(url.clone()).header(ACCEPT, accept);
        if let Some(token) = token {
            request = request.bearer_auth(token.expose());
        }
        let Answer { status, body, .. } = answer(request, url).await?;
        if !status.is_success() {
            return Err(failed(url, status));
        }
        serde_json::from_slice(&body)
            .map_err(|error| ProviderError::AnswerInvalid(format!("{}: {error}", place(url))))
    }

    /// Carries out a request of the OAuth library.
    pub(super) async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
        let (parts, body) = request.into_parts();
        let url: Url = parts
            .uri
            .to_string()
            .parse()
            .map_err(|error| ProviderError::AnswerInvalid(format!("{}: {error}", parts.uri)))?;
        let request = self.0.request(parts.method, url.clone()).headers(parts.headers).body(body);
        let Answer { mut status, content_type, body } = answer(request, &url).await?;
        if status.is_redirection() || status.is_server_error() {
            return Err(failed(&url, status));
        }
        // GitHub tells errors with 200.
        if status.is_success() && is_error(&body) {
            status = StatusCode::BAD_REQUEST;
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        if let Some(content_type) = content_type {
            response.headers_mut().insert(CONTENT_TYPE, content_type);
        }
        Ok(response)
    }
}

async fn answer(request: RequestBuilder, url: &Url) -> Result<Answer, ProviderError> {
    let unreachable = |error: reqwest::Error| {
        let reason = if error.is_timeout() {
            format!("it did not answer within {} s", TIMEOUT.as_secs())
        } else {
            root_cause(&error)
        };
        ProviderError::Unreachable(place(url), reason)
    };
    let mut response = request.send().await.map_err(unreachable)?;
    let (status, content_type) = (response.status(), response.headers().get(CONTENT_TYPE).cloned());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(ProviderError::AnswerInvalid(format!("{}: it is too large", place(url))));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, content_type, body })
}

fn failed(url: &Url, status: StatusCode) -> ProviderError {
    if status.is_server_error() {
        return ProviderError::Unreachable(place(url), format!("it answers {status}"));
    }
    ProviderError::AnswerInvalid(format!("{} answers {status}", place(url)))
}

fn is_error(body: &[u8]) -> bool {
    let json: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    json.is_some_and(|json| json["error"].is_string())
}

/// An address without its query, which may have secrets.
fn place(url: &Url) -> String {
    let mut place = url.clone();
    place.set_query(None);
    place.set_fragment(None);
    place.to_string()
}

/// The reason at the end of a chain of errors: the others repeat the address.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
