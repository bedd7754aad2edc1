//! What is different where a platform serves Claude: paths, headers, fields of the body, and the dialect to begin with.

use std::borrow::Cow;

use protocol::platform::{Platform, PlatformName};
use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::body::RequestBody;
use super::dialect::Dialect;
use super::models::profile_of;
use super::version::{self, ApiVersion};
use crate::providers::http::signer::Unsigned;
use crate::providers::{Endpoint, ModelError};

const BETAS: HeaderName = HeaderName::from_static("anthropic-beta");

/// Where Claude is served.
#[derive(Debug, Clone, Default)]
pub(super) struct Place(pub(super) Option<Platform>);

/// What a request asks for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Method {
    /// The next turn.
    Turn,
    /// The size of a message, which costs nothing.
    Count,
}

impl Place {
    fn name(&self) -> Option<PlatformName> {
        self.0.as_ref().map(|platform| platform.name)
    }

    /// Whether the model is named by the path and the version by the body.
    pub(super) fn is_vertex(&self) -> bool {
        self.name() == Some(PlatformName::Vertex)
    }

    /// Whether the newest betas, which no platform is known to have, may be used.
    pub(super) fn has_newest_betas(&self) -> bool {
        self.0.is_none()
    }

    /// Whether it lists its models.
    pub(super) fn lists_models(&self) -> bool {
        matches!(self.name(), None | Some(PlatformName::Aws | PlatformName::GoogleCloud))
    }

    /// The dialect to begin with. Bedrock and Foundry are told to stay on the beta tool.
    pub(super) fn dialect(&self, model: &str) -> Dialect {
        let usual = profile_of(model).dialect();
        if self.prefers_beta_tool() && usual == Dialect::Toolset20260801 {
            return Dialect::Computer20251124;
        }
        usual
    }

    /// The dialect to try when this one is rejected. Where the beta tool came first, the toolset is next.
    pub(super) fn other_dialect(&self, rejected: Dialect, model: &str) -> Option<Dialect> {
        let begins_with_beta =
            self.prefers_beta_tool() && profile_of(model).dialect() == Dialect::Toolset20260801;
        match rejected {
            Dialect::Computer20251124 if begins_with_beta => Some(Dialect::Toolset20260801),
            Dialect::Toolset20260801 if begins_with_beta => Some(Dialect::Computer20250124),
            _ => rejected.older(),
        }
    }

    fn prefers_beta_tool(&self) -> bool {
        matches!(self.name(), Some(PlatformName::Bedrock | PlatformName::Foundry))
    }

    /// The version in the body.
    pub(super) fn body_version(&self, version: ApiVersion) -> Option<&'static str> {
        self.is_vertex().then(|| match version {
            ApiVersion::October2026 => version.as_str(),
            ApiVersion::June2023 => "vertex-2023-10-16",
        })
    }

    /// The id of a model there. Bedrock's begin with the vendor.
    pub(super) fn id_of<'a>(&self, model: &'a str) -> Cow<'a, str> {
        if self.name() == Some(PlatformName::Bedrock) && model.starts_with("claude-") {
            return format!("anthropic.{model}").into();
        }
        model.into()
    }

    fn url(&self, endpoint: &Endpoint, model: &str, method: Method) -> Url {
        match (&self.0, method) {
            (Some(platform), _) if self.is_vertex() => {
                let project = platform.project.as_deref().unwrap_or_default();
                let region = platform.region.as_deref().unwrap_or_default();
                let call = match method {
                    Method::Turn => format!("{model}:streamRawPredict"),
                    Method::Count => "count-tokens:rawPredict".to_owned(),
                };
                endpoint
                    .url(&format!("projects/{project}/locations/{region}/publishers/anthropic/models/{call}"))
            }
            (_, Method::Turn) => endpoint.url("messages"),
            (_, Method::Count) => endpoint.url("messages/count_tokens"),
        }
    }

    /// A request with a body, and who may send it.
    pub(super) fn post(&self, endpoint: &Endpoint, request: Post<'_>) -> Result<RequestBuilder, ModelError> {
        let Post { model, method, version, betas, body } = request;
        if self.is_vertex() && !is_path_segment(model) {
            return Err(ModelError::ModelNotFound { vendor: endpoint.vendor, model: model.to_owned() });
        }
        let url = self.url(endpoint, model, method);
        let mut headers = self.headers(version);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(betas) = betas {
            let refused = |_| ModelError::AnswerBroken;
            headers.insert(BETAS, HeaderValue::from_str(betas).map_err(refused)?);
        }
        let length = body.len();
        let headers = authorized(endpoint, "POST", &url, headers, || body.sha256())?;
        let request = endpoint.http.post(url).headers(headers).header(CONTENT_LENGTH, length);
        Ok(request.body(body.into_stream()))
    }

    /// A request for the list of models.
    pub(super) fn list(
        &self,
        endpoint: &Endpoint,
        version: ApiVersion,
    ) -> Result<RequestBuilder, ModelError> {
        let mut url = endpoint.url("models");
        url.query_pairs_mut().append_pair("limit", "1000");
        let nothing = || hex::encode(Sha256::digest(b""));
        let headers = authorized(endpoint, "GET", &url, self.headers(version), nothing)?;
        Ok(endpoint.http.get(url).headers(headers))
    }

    /// The body of a request that asks for the size of a message.
    pub(super) fn count_body(&self, model: &str, version: ApiVersion) -> Result<RequestBody, ModelError> {
        let mut body = json!({ "model": model, "messages": [{ "role": "user", "content": "Hello." }] });
        if let Some(version) = self.body_version(version) {
            body["anthropic_version"] = Value::from(version);
        }
        serde_json::to_vec(&body).map(RequestBody::of_bytes).map_err(|_| ModelError::AnswerBroken)
    }

    fn headers(&self, version: ApiVersion) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if !self.is_vertex() {
            let value = HeaderValue::from_static(version.as_str());
            headers.insert(HeaderName::from_static(version::HEADER), value);
        }
        headers
    }
}

/// A request with a body.
#[derive(Debug)]
pub(super) struct Post<'a> {
    pub(super) model: &'a str,
    pub(super) method: Method,
    pub(super) version: ApiVersion,
    pub(super) betas: Option<&'a str>,
    pub(super) body: RequestBody,
}

/// Adds the vendor's key, or what a platform takes in its place.
fn authorized(
    endpoint: &Endpoint,
    method: &'static str,
    url: &Url,
    mut headers: HeaderMap,
    body_sha256: impl FnOnce() -> String,
) -> Result<HeaderMap, ModelError> {
    if endpoint.signer.is_some() {
        let unsigned = Unsigned { method, url, headers: &headers, body_sha256: &body_sha256() };
        return Ok(endpoint.authorized(unsigned)?.unwrap_or(headers));
    }
    let key = endpoint.key_header("")?.ok_or(ModelError::ApiKeyMissing { vendor: endpoint.vendor })?;
    headers.insert(HeaderName::from_static("x-api-key"), key);
    Ok(headers)
}

/// Whether the id of a model is one segment of a path.
fn is_path_segment(model: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
    !model.is_empty() && !model.starts_with('.') && model.bytes().all(is_part)
}
