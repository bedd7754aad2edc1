//! Who authorizes requests where a key in one header is not enough.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use protocol::platform::Platform;
use reqwest::header::HeaderMap;
use url::Url;

use super::failure::Failure;
use crate::providers::{Endpoint, ModelError};

/// A request that is going to be authorized.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unsigned<'a> {
    /// Such as `POST`.
    pub(crate) method: &'static str,
    pub(crate) url: &'a Url,
    /// The headers that are signed.
    pub(crate) headers: &'a HeaderMap,
    /// The SHA-256 of the body, in hexadecimal digits.
    pub(crate) body_sha256: &'a str,
}

/// Authorizes requests to a platform.
pub(crate) trait Signer: Debug + Send + Sync {
    /// The platform.
    fn platform(&self) -> &Platform;

    /// Sees that the next request can be authorized.
    fn prepare<'a>(&'a self, endpoint: &'a Endpoint) -> BoxFuture<'a, Result<(), Failure>>;

    /// Whether a request that was refused is sent once more, since it is authorized otherwise then.
    fn renew(&self) -> bool;

    /// A request has succeeded.
    fn accepted(&self);

    /// The headers of a request, with those that authorize it.
    ///
    /// # Errors
    /// When the credential can't authorize anything.
    fn authorize(&self, endpoint: &Endpoint, request: Unsigned<'_>) -> Result<HeaderMap, ModelError>;

    /// The text without the credential, in case the platform repeats it.
    fn without_credential(&self, text: String) -> String;
}
