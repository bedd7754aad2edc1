//! Protects against cross-site request forgery. Requests that change something, and WebSockets, must come
//! from our own pages. Programs send neither `Origin` nor `Sec-Fetch-Site`, and browsers never attach a
//! bearer token by themselves.
//!
//! `Sec-Fetch-Site` comes from the browser alone and is proof enough, whatever a proxy makes of the host. Browsers send it
//! over HTTPS and to this machine; elsewhere the origin has to be the address that the client used.

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use url::Url;

use crate::http::allowed_origins::AllowedOrigins;
use crate::http::client::{Client, Proxies, is_host_of};
use crate::http::problem::ApiError;
use crate::words::BackendReason;

/// Which pages may send requests that change something.
#[derive(Clone)]
pub struct OriginPolicy {
    /// Know the address that people open.
    pub proxies: Proxies,
    /// Other origins.
    pub allowed: AllowedOrigins,
}

/// Refuses requests from pages of other sites.
pub async fn require_same_origin(
    State(policy): State<OriginPolicy>,
    request: Request,
    next: Next,
) -> Response {
    let changes_something = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let upgrades = request.headers().contains_key(UPGRADE);
    if (changes_something || upgrades) && !request.headers().contains_key(AUTHORIZATION) {
        let host = request.extensions().get::<Client>().and_then(|client| client.host.as_deref());
        if !policy.allows(request.headers(), host) || (upgrades && hides_its_origin(request.headers())) {
            return ApiError::forbidden(BackendReason::CrossOrigin).into_response();
        }
    }
    next.run(request).await
}

impl OriginPolicy {
    fn allows(&self, headers: &HeaderMap, host: Option<&str>) -> bool {
        headers.get(ORIGIN).is_some_and(|origin| self.allowed.contains(origin))
            || is_same_origin(headers, host, self.proxies.public_url())
    }
}

/// Whether a request has a browser's cookie and not the origin that browsers send with every WebSocket.
fn hides_its_origin(headers: &HeaderMap) -> bool {
    headers.contains_key(COOKIE) && !headers.contains_key(ORIGIN)
}

fn is_same_origin(headers: &HeaderMap, host: Option<&str>, public_url: Option<&Url>) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(ORIGIN) else { return true };
    let Some(origin) = origin.to_str().ok().and_then(origin_url) else { return false };
    let is_addressed = host.is_some_and(|host| is_host_of(&origin, host));
    is_addressed || public_url.is_some_and(|public| public.origin() == origin.origin())
}

/// The address of an origin such as `https://example.org`; `None` for `null` and whatever is no bare origin.
fn origin_url(origin: &str) -> Option<Url> {
    let url = Url::parse(origin).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    (url.origin().ascii_serialization() == origin.to_ascii_lowercase()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed_at(host: &str, pairs: &[(&'static str, &'static str)], public_url: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_same_origin(&headers, Some(host), public_url.map(|url| url.parse().unwrap()).as_ref())
    }

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        allowed_at("desk.example:8010", pairs, None)
    }

    #[test]
    fn our_own_pages_and_programs_are_allowed() {
        assert!(allowed(&[]));
        assert!(allowed(&[("origin", "http://desk.example:8010"), ("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("origin", "https://desk.example:8010")]));
        assert!(allowed(&[("sec-fetch-site", "none")]));
    }

    #[test]
    fn the_default_port_may_be_written_or_not() {
        for host in ["desk.example", "desk.example:443"] {
            assert!(allowed_at(host, &[("origin", "https://desk.example")], None), "{host}");
            assert!(!allowed_at(host, &[("origin", "https://desk.example:8443")], None), "{host}");
        }
        for host in ["desk.example", "desk.example:80"] {
            assert!(allowed_at(host, &[("origin", "http://desk.example")], None), "{host}");
        }
        assert!(!allowed_at("desk.example:443", &[("origin", "http://desk.example")], None));
    }

    #[test]
    fn behind_a_proxy_that_changes_the_host_the_browser_s_word_or_the_public_address_counts() {
        let page = ("origin", "https://desk.example:8443");
        assert!(allowed_at("127.0.0.1:8010", &[page, ("sec-fetch-site", "same-origin")], None));
        assert!(!allowed_at("127.0.0.1:8010", &[page], None));
        assert!(allowed_at("127.0.0.1:8010", &[page], Some("https://desk.example:8443")));
        assert!(!allowed_at(
            "127.0.0.1:8010",
            &[("origin", "https://evil.example")],
            Some("https://desk.example")
        ));
    }

    #[test]
    fn other_sites_are_refused() {
        for origin in [
            "null",
            "",
            "http://evil.example",
            "http://desk.example",
            "http://desk.example:8010.evil.example",
            "http://evil.example/http://desk.example:8010",
            "http://desk.example:80100",
            "http://desk.example:8010@evil.example",
            "file://desk.example:8010",
            "desk.example:8010",
        ] {
            assert!(!allowed(&[("origin", origin)]), "{origin}");
        }
        assert!(!allowed(&[("sec-fetch-site", "cross-site")]));
        assert!(!allowed(&[("sec-fetch-site", "same-site")]));
    }
}
