//! The address at which the client of a request reaches this service.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::AppState;
use crate::http::client::Client;

/// The address below which all paths of this service are, with a slash at its end: the public one if it is set, else the one
/// that the client used.
#[derive(Debug, Clone)]
pub struct OwnAddress(pub String);

impl FromRequestParts<AppState> for OwnAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        if let Some(public) = &state.proxy.public_url {
            return Ok(Self(public.to_string()));
        }
        let client = parts.extensions.get::<Client>();
        let scheme = if client.is_some_and(|client| client.is_secure) { "https" } else { "http" };
        let host = client.and_then(|client| client.host.as_deref()).unwrap_or("localhost");
        Ok(Self(format!("{scheme}://{host}/")))
    }
}
