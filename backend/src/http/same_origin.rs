//! Protects against cross-site request forgery. Requests that change something, and WebSockets, must come
//! from our own pages. Programs send neither `Origin` nor `Sec-Fetch-Site`, and browsers never attach a
//! bearer token by themselves.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN, UPGRADE};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::http::problem::ApiError;

/// Refuses requests from pages of other sites.
pub async fn require_same_origin(request: Request, next: Next) -> Response {
    let changes_something = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let guarded = changes_something || request.headers().contains_key(UPGRADE);
    if guarded && !request.headers().contains_key(AUTHORIZATION) && !is_same_origin(request.headers()) {
        return ApiError::CrossOrigin.into_response();
    }
    next.run(request).await
}

fn is_same_origin(headers: &HeaderMap) -> bool {
    let site_allowed = match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin" || site == "none",
        None => true,
    };
    let origin_allowed = match headers.get(ORIGIN) {
        Some(origin) => origin.to_str().ok().and_then(authority) == host(headers),
        None => true,
    };
    site_allowed && origin_allowed
}

/// The `host:port` of an origin; `None` for `null` and malformed values.
fn authority(origin: &str) -> Option<&str> {
    let (scheme, authority) = origin.split_once("://")?;
    (matches!(scheme, "http" | "https") && !authority.is_empty()).then_some(authority)
}

fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "desk.example:8010".parse().unwrap());
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        is_same_origin(&headers)
    }

    #[test]
    fn our_own_pages_and_programs_are_allowed() {
        assert!(allowed(&[]));
        assert!(allowed(&[("origin", "http://desk.example:8010"), ("sec-fetch-site", "same-origin")]));
        assert!(allowed(&[("origin", "https://desk.example:8010")]));
        assert!(allowed(&[("sec-fetch-site", "none")]));
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
