//! The cookie of a browser that logs in with an identity provider: only the browser that began may complete it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use protocol::secret::Secret;
use tower_sessions::cookie::time::Duration;
use tower_sessions::cookie::{Cookie, SameSite};

use crate::http::client::Client;
use crate::services::accounts::random_token;
use crate::services::identity_providers::attempts::LIFETIME;

/// Browsers take the prefix from this host only, over HTTPS only.
const SECURE_NAME: &str = "__Host-deskhand_provider_login";
/// The name over plain HTTP.
const PLAIN_NAME: &str = "deskhand_provider_login";
/// The length of a token.
const LENGTH: usize = 64;

/// What a browser is known by while it logs in.
#[derive(Debug)]
pub struct ProviderCookie {
    token: Option<Secret>,
    is_secure: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for ProviderCookie {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let is_secure = parts.extensions.get::<Client>().is_some_and(|client| client.is_secure);
        let name = if is_secure { SECURE_NAME } else { PLAIN_NAME };
        let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let token = cookies
            .flat_map(Cookie::split_parse)
            .filter_map(Result::ok)
            .find(|cookie| cookie.name() == name)
            .map(|cookie| cookie.value().to_owned())
            .filter(|token| token.len() == LENGTH && token.bytes().all(|b| b.is_ascii_hexdigit()));
        Ok(Self { token: token.map(Secret::new), is_secure })
    }
}

impl ProviderCookie {
    /// The token that the browser has.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// The token for a login that begins, and the header that sets it. A browser keeps its token, so that it can log in in two
    /// tabs at once.
    #[must_use]
    pub fn begin(self) -> (Secret, String) {
        let token = self.token.unwrap_or_else(|| Secret::new(random_token()));
        let name = if self.is_secure { SECURE_NAME } else { PLAIN_NAME };
        let cookie = Cookie::build((name, token.expose().to_owned()))
            .path("/")
            .http_only(true)
            // The provider sends the browser back here with a link, with which browsers send it.
            .same_site(SameSite::Lax)
            .secure(self.is_secure)
            .max_age(Duration::seconds(LIFETIME.num_seconds()))
            .build()
            .to_string();
        (token, cookie)
    }
}
