//! The address of this service as people open it, for links that they pass on.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::AppState;
use crate::http::client::{BasePath, Client};
use crate::http::problem::ApiError;

/// The address, with a slash at its end: the public one if it is set, else the one that the client used.
pub struct OwnAddress(pub String);

impl OwnAddress {
    /// The address of a page with a token, which is in the fragment: that reaches neither a server nor its log.
    #[must_use]
    pub fn link(&self, page: &str, name: &str, token: &str) -> String {
        format!("{}{page}#{name}={token}", self.0)
    }
}

impl FromRequestParts<AppState> for OwnAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        if let Some(public) = &state.proxy.public_url {
            return Ok(Self(public.to_string()));
        }
        let client = parts.extensions.get::<Client>();
        let base = parts.extensions.get::<BasePath>().map_or("/", |BasePath(path)| path);
        Ok(Self(match client.and_then(|client| Some((client.host.as_ref()?, client.is_secure))) {
            Some((host, true)) => format!("https://{host}{base}"),
            Some((host, false)) => format!("http://{host}{base}"),
            None => base.to_owned(),
        }))
    }
}
