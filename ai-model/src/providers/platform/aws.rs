//! Signs requests to AWS (Signature Version 4).

use std::fmt;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use protocol::secret::Secret;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;

use crate::providers::http::signer::Unsigned;

/// An access key.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessKey {
    /// Names the key; it is no secret.
    #[serde(alias = "AccessKeyId", alias = "aws_access_key_id")]
    pub(crate) access_key_id: String,
    /// Signs.
    #[serde(alias = "SecretAccessKey", alias = "aws_secret_access_key")]
    pub(crate) secret_access_key: Secret,
    /// Goes with a key that is valid for some hours.
    #[serde(default, alias = "SessionToken", alias = "aws_session_token")]
    pub(crate) session_token: Option<Secret>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// For what a signature is valid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) region: &'a str,
    pub(crate) service: &'static str,
    pub(crate) at: SystemTime,
}

impl AccessKey {
    /// The headers that sign a request. `None`: it can't be signed, since the key has characters that no key has.
    pub(crate) fn sign(&self, request: Unsigned<'_>, scope: Scope<'_>) -> Option<HeaderMap> {
        let token = self.session_token.as_ref().map(|token| token.expose().to_owned());
        let (id, secret) = (&self.access_key_id, self.secret_access_key.expose());
        let identity = Credentials::new(id, secret, token, None, "deskhand").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(scope.region)
            .name(scope.service)
            .time(scope.at)
            .settings(SigningSettings::default())
            .build()
            .ok()?;
        let signed =
            request.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let body = SignableBody::Precomputed(request.body_sha256.to_owned());
        let request = SignableRequest::new(request.method, request.url.as_str(), signed, body).ok()?;
        let (instructions, _) = sign(request, &params.into()).ok()?.into_parts();
        let (headers, _) = instructions.into_parts();
        headers
            .into_iter()
            .map(|header| {
                let name = HeaderName::from_bytes(header.name().as_bytes()).ok()?;
                let mut value = HeaderValue::from_str(header.value()).ok()?;
                value.set_sensitive(true);
                Some((name, value))
            })
            .collect()
    }
}
